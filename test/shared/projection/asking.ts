/** How tests ask a query of the tallies, by its path. */
import type { StreamId } from '#shared/event/index.ts';
import type { EventStore } from '#shared/event-store/index.ts';
import { type AnyProjection, answerQuery, type Consistency, type QueryTable } from '#shared/projection/index.ts';
import { clock } from '../../support/tally.ts';

export type AskingPorts = { readonly store: Pick<EventStore, 'readCommits'>; readonly table: QueryTable };
type Options = { readonly consistency?: Consistency; readonly limit?: number; readonly cursor?: string };

export const EVENTUAL: Consistency = { kind: 'eventual' };
export const STRONG: Consistency = { kind: 'strong' };
export const upToVersions = (...versions: readonly (readonly [StreamId, number])[]): Consistency => ({
  kind: 'up-to',
  versions: new Map(versions),
});

export function ask(
  ports: AskingPorts,
  projection: AnyProjection,
  path: string,
  parameters: Readonly<Record<string, unknown>>,
  { consistency = EVENTUAL, ...paging }: Options = {},
) {
  const query = projection.queries.find((one) => one.path === path);
  if (query === undefined) throw new Error(`${projection.name} has no query ${path}`);
  return answerQuery(ports, { projection, query, parameters, consistency, now: clock(), ...paging });
}

/** The body of an answer that was found. */
export async function bodyOf<Body>(answer: ReturnType<typeof ask>): Promise<Body> {
  const found = await answer;
  if (found.kind !== 'found') throw new Error(`the answer is ${found.kind}`);
  return found.body as Body; // as the query makes it
}
