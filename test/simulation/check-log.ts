/** What must hold of the log and the feed at the end of a run. Each check throws a breach. */
import { isDeepStrictEqual } from 'node:util';
import { type AnyAggregate, fold } from '#shared/aggregate/index.ts';
import { streamKinds } from '#shared/catalog/index.ts';
import type { CommandOutcome } from '#shared/command/index.ts';
import { categoryOf, type StreamId } from '#shared/event/index.ts';
import { type Commit, lastVersion, recordedEvents, storedCommit } from '#shared/event-store/index.ts';
import { createFeedReader } from '#shared/feed/index.ts';
import { comparable } from '../../functions/organizations/comparable-name.ts';
import { assertHolds } from './breach.ts';
import type { Sent } from './simulated-clients.ts';
import type { SimulatedContext } from './simulated-context.ts';

export type Log = ReadonlyMap<StreamId, readonly Commit[]>;

export const logOf = ({ table }: SimulatedContext): Log =>
  new Map([...table.commits].map(([stream, items]) => [stream as StreamId, items.map(storedCommit)])); // written from one

/** Streams are contiguous, time does not go back in them, and every commit is what its command leads to where it stands. */
export function checkStreams({ catalog }: SimulatedContext, log: Log, sent: readonly Sent[]): void {
  for (const [stream, commits] of log) {
    const aggregate = streamKinds(catalog).find(({ category }) => category === categoryOf(stream));
    if (aggregate === undefined) throw new Error(`no aggregate has ${stream}`);
    const isProcess = !catalog.aggregates.includes(aggregate);
    let state = aggregate.decider.initialState;
    let version = 0;
    let recordedAt = '';
    for (const commit of commits) {
      const name = `${stream} at version ${commit.version}`;
      assertHolds(commit.version === version + 1, 'streams have no gap', `${name} follows version ${version}`);
      assertHolds(commit.recordedAt >= recordedAt, 'time does not go back in a stream', name);
      if (!isProcess) assertDecided(log, sent, { aggregate, commit, state });
      state = fold(aggregate.decider, commit.events, state);
      version = lastVersion(commit);
      recordedAt = commit.recordedAt;
    }
  }
}

/** A commit that a client or a process has asked for is what that leads to where it stands. */
function assertDecided(
  log: Log,
  sent: readonly Sent[],
  { aggregate, commit, state }: { readonly aggregate: AnyAggregate; readonly commit: Commit; readonly state: unknown },
): void {
  const name = `${commit.stream} at version ${commit.version}`;
  const asked = sent.find(({ who }) => who === commit.who)?.planned ?? commandOfProcess(log, commit);
  assertHolds(asked !== undefined, 'every commit was asked for', name);
  const decision = aggregate.decider.decide({ what: asked?.what ?? '', data: asked?.data }, state);
  const decided = decision.kind === 'accepted' ? decision.events.map(({ what, data }) => ({ what, data })) : decision;
  const recorded = commit.events.map(({ what, data }) => ({ what, data }));
  assertHolds(
    isDeepStrictEqual(decided, recorded),
    'a commit is what its command leads to where it stands',
    `${name} has ${JSON.stringify(recorded)}, decided there is ${JSON.stringify(decided)}`,
  );
}

/** What a process has sent under the id of the commit's command. */
export function commandOfProcess(log: Log, { who, why }: Pick<Commit, 'who' | 'why'>): SentByProcess | undefined {
  const events = (log.get(who as StreamId) ?? []).flatMap((commit) => commit.events); // no stream, no commits
  const sent = events.filter(({ what }) => what === 'ProcessCommandSent').map(({ data }) => data as SentByProcess);
  return sent.find(({ commandId }) => commandId === why.id);
}

type SentByProcess = {
  readonly commandId: string;
  readonly name: string;
  readonly what: string;
  readonly data: unknown;
};

/** What was acknowledged is in the log once, as it was answered first; what was refused for certain is not. */
export function checkAnswers(log: Log, sent: readonly Sent[]): void {
  for (const { planned, who, outcomes } of sent) {
    const stream = `${planned.category}-${planned.id}` as StreamId; // planned so
    const commits = (log.get(stream) ?? []).filter((commit) => commit.who === who);
    assertHolds(commits.length <= 1, 'a command is in the log once', `${who} is there ${commits.length} times`);
    const [commit] = commits;
    for (const outcome of outcomes) {
      if (outcome?.kind !== 'recorded') continue;
      assertHolds(commit !== undefined, 'what was acknowledged is in the log', `${who} is not`);
      if (commit === undefined) continue;
      const ids = outcome.events.map(({ id }) => id);
      const isFirst =
        outcome.version === lastVersion(commit) &&
        isDeepStrictEqual(
          ids,
          commit.events.map(({ id }) => id),
        );
      assertHolds(isFirst, 'every answer is the first outcome', `${who} was told version ${outcome.version}`);
    }
    const isCertain = outcomes.every(
      (outcome) => outcome !== undefined && outcome.kind !== 'recorded' && !isOfAName(outcome),
    );
    assertHolds(!isCertain || commit === undefined, 'what was refused is not in the log', `${who} is there`);
  }
}

/** The name of another stream may be free again when a copy of the request comes late: such a refusal is of its moment alone. */
const isOfAName = (outcome: CommandOutcome): boolean =>
  outcome.kind === 'rejected' && outcome.rejection.code === 'name-taken';

/** A refusal was right at some moment between the question and the answer. Names of other streams are not looked at. */
export function checkRefusals({ catalog }: SimulatedContext, log: Log, sent: readonly Sent[]): void {
  for (const { planned, who, refusals } of sent) {
    const { category, id, what, data } = planned;
    const aggregate = catalog.aggregates.find((one) => one.category === category);
    const commits = log.get(`${category}-${id}` as StreamId) ?? []; // planned so
    for (const { outcome, from, to } of refusals) {
      if (aggregate === undefined || isOfAName(outcome)) continue;
      const isRight = Array.from({ length: to - from + 1 }, (_, index) => from + index).some((count) => {
        const events = commits.slice(0, count).flatMap((commit) => commit.events);
        const decision = aggregate.decider.decide({ what, data }, fold(aggregate.decider, events));
        return decision.kind === 'rejected'
          ? outcome.kind === 'rejected' && isDeepStrictEqual(decision, outcome.rejection)
          : decision.events.length === 0 && outcome.kind === 'unchanged';
      });
      assertHolds(isRight, 'a refusal is right when it is given', `${who} was told ${JSON.stringify(outcome)}`);
    }
  }
}

/** Every event of the log once, each stream in its order; the bus has had all of them. */
export async function checkFeed(context: SimulatedContext, log: Log, taken: readonly string[]): Promise<void> {
  const { events } = await createFeedReader({ table: context.feedTable, events: context.events }).readAll(
    [],
    Number.MAX_SAFE_INTEGER,
  );
  const inFeed = Map.groupBy(events, ({ context: { stream } }) => stream);
  const onBus = new Set(taken);
  for (const [stream, commits] of log) {
    const ids = commits.flatMap(recordedEvents).map(({ context: { id } }) => id);
    const fed = (inFeed.get(stream) ?? []).map(({ context: { id } }) => id);
    assertHolds(isDeepStrictEqual(fed, ids), 'the feed is the log', `${stream}: ${fed.length} of ${ids.length} events`);
    const missing = ids.filter((id) => !onBus.has(id)).length;
    assertHolds(missing === 0, 'every event was on the bus', `${missing} of ${stream} never were`);
  }
  const others = [...inFeed.keys()].filter((stream) => !log.has(stream as StreamId)); // or of no stream of the log
  assertHolds(others.length === 0, 'the feed is the log', `it has ${others} too`);
  const waiting = await context.feedTable.parked();
  assertHolds(
    waiting.length === 0,
    'nothing is parked that should not be',
    `${waiting[0]?.stream}: ${waiting[0]?.reason}`,
  );
}

/** No two organizations have one name, and the holder of a name is who has it. */
export function checkNames({ table }: SimulatedContext, log: Log): void {
  const held = new Map<string, string>();
  for (const [stream, commits] of log) {
    if (categoryOf(stream) !== 'organization') continue;
    const name = commits.flatMap(({ events }) => events).reduce((last, { data }) => nameIn(data) ?? last, '');
    const other = held.get(comparable(name));
    assertHolds(other === undefined, 'unique names are unique', `${stream} and ${other} are both ${name}`);
    held.set(comparable(name), stream);
  }
  const holders = [...table.holders.values()].toSorted();
  assertHolds(isDeepStrictEqual(holders, [...held.values()].toSorted()), 'a name is held by who has it', `${holders}`);
}

function nameIn(data: unknown): string | undefined {
  const { name, newName } = data as { readonly name?: string; readonly newName?: string };
  return newName ?? name;
}
