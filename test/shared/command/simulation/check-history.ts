/** A history holds when there is an order of all commands, true to real time, in which every answer was right. */
import { expect } from 'vitest';
import { type EventStore, snapshotSchemaOf } from '#shared/event-store/index.ts';
import { type TillState, tillDecider } from '../../../support/till.ts';
import { answerFits } from './answer-fits.ts';
import { answeredAt } from './operation.ts';
import type { Simulated } from './simulate.ts';
import { historyOf, preconditionHolds, reachedBy, type StreamHistory, stateAfter } from './stream-history.ts';

/** Throws when an answer that some writer got does not fit the log. `store` reads without faults. */
export async function checkHistory({ streams, operations }: Simulated, store: EventStore): Promise<void> {
  const histories = await Promise.all(streams.map((stream) => historyOf(store, stream, operations)));
  for (const history of histories) {
    checkCommits(history);
    checkRealTime(history);
    for (const operation of history.operations) {
      const { outcome, who, command } = operation;
      if (outcome === undefined) continue;
      const fits = answerFits(operation, outcome, history, histories);
      expect(fits, `${who} sent ${JSON.stringify(command)} and was told ${JSON.stringify(outcome)}`).toBe(true);
    }
    await checkSnapshots(store, history);
  }
  const names = histories.flatMap(({ points }) => points.at(-1)?.state.name ?? []);
  expect(new Set(names).size, 'streams with one name').toBe(names.length);
}

/**
 * Every commit is of one call, and was the right decision where it stands; no command id is there twice; whoever has been told
 * otherwise is not there.
 */
function checkCommits({ commits, points, operations }: StreamHistory): void {
  const callers = commits.map(({ who }) => who);
  expect(new Set(callers).size, 'commits of one call').toBe(callers.length);
  const ids = commits.map(({ why }) => why.id);
  expect(new Set(ids).size, 'commits under one command id').toBe(ids.length);
  for (const [index, commit] of commits.entries()) {
    const operation = operations.find(({ who }) => who === commit.who);
    const before = points[index];
    if (operation === undefined || before === undefined) throw new Error(`nobody sent the commit of ${commit.who}`);
    const { commandId, precondition, command, outcome } = operation;
    if (commandId !== undefined) expect(commit.why.id).toBe(commandId);
    expect(preconditionHolds(precondition, before.version), 'the precondition of a commit').toBe(true);
    const decision = tillDecider.decide(command, before.state);
    const recorded = commit.events.map(({ what, data }) => ({ what, data }));
    expect(decision.kind === 'accepted' && decision.events, `the decision of ${commit.who}`).toEqual(recorded);
    const toldSo = outcome === undefined || outcome.kind === 'recorded';
    expect(toldSo, `${commit.who} is in the log and was told ${outcome?.kind}`).toBe(true);
  }
}

/** What was answered before another call began has the lower version. */
function checkRealTime({ operations }: StreamHistory): void {
  const recorded = operations.filter(({ outcome }) => outcome?.kind === 'recorded' && !outcome.replayed);
  for (const earlier of recorded) {
    for (const later of recorded) {
      if (answeredAt(earlier) < later.invokedAt) expect(reachedBy(earlier)).toBeLessThan(reachedBy(later));
    }
  }
}

/** No snapshot says anything else than the events do. */
async function checkSnapshots(store: EventStore, { stream, points }: StreamHistory): Promise<void> {
  for (const decider of [tillDecider, { ...tillDecider, stateRevision: 2 }]) {
    const { snapshot, commits } = await store.load(stream, { snapshotSchema: snapshotSchemaOf(decider) });
    const state = (snapshot?.state ?? tillDecider.initialState) as TillState; // written under the till's tag
    expect(commits.reduce(stateAfter, state)).toEqual(points.at(-1)?.state);
  }
}
