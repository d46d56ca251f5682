/** Who has been told that a command is recorded reads it back strongly, and must see a state that its stream has had since. */
import { isDeepStrictEqual } from 'node:util';
import { createInMemoryEventStore, createInMemoryTable } from '#shared/event-store/index.ts';
import { answerQuery, createInMemoryQueryTable } from '#shared/projection/index.ts';
import { assertHolds } from './breach.ts';
import type { PlannedCommand } from './random-plan.ts';
import type { SimulatedContext } from './simulated-context.ts';
import type { Run } from './simulated-function.ts';

/** People are read with the organizations that they are members of. */
const VIEWS: Readonly<Record<string, readonly string[]>> = {
  account: ['summary', 'statement'],
  organization: ['directory'],
  parcel: ['tracking'],
};

export async function readBack(
  run: Run,
  who: string,
  context: SimulatedContext,
  { category, id }: PlannedCommand,
): Promise<void> {
  const stream = `${category}-${id}`;
  const commits = () => context.table.commits.get(stream) ?? [];
  for (const { projection } of context.views) {
    if (!VIEWS[category]?.includes(projection.name)) continue;
    const [query] = projection.queries;
    if (query === undefined) throw new Error(`${projection.name} has no query`);
    const now = new Date(run.time.now());
    const request = { projection, query, parameters: { id }, consistency: { kind: 'strong' }, now } as const;
    const from = commits().length;
    const invocation = await context.queries(request);
    const answer = invocation.kind === 'answered' ? invocation.answer : undefined;
    if (answer === undefined) continue;
    const told = JSON.stringify(answer.kind === 'found' ? answer.body : answer.kind);
    run.note(who, `reads ${projection.name} strongly: ${told}`);
    const possible = [];
    for (let count = from; count <= commits().length; count += 1) {
      const table = createInMemoryTable();
      table.commits.set(stream, commits().slice(0, count));
      const store = createInMemoryEventStore({ events: context.events, table });
      possible.push(await answerQuery({ table: createInMemoryQueryTable(), store }, request));
    }
    const isOne = possible.some((one) => isDeepStrictEqual(comparableAnswer(one), comparableAnswer(answer)));
    assertHolds(isOne, 'a strong read has what was acknowledged before it', `${who} read ${told}`);
  }
}

/** Without the names of members, which are of other streams, and what has happened to the row in the table. */
function comparableAnswer(answer: Awaited<ReturnType<typeof answerQuery>>): unknown {
  if (answer.kind !== 'found') return answer;
  const { members = [], ...body } = answer.body as { readonly members?: readonly { readonly id: string }[] };
  return { ...answer, parked: false, body: { ...body, members: members.map(({ id }) => id) } };
}
