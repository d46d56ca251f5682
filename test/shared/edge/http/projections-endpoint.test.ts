import { describe, expect, it } from 'vitest';
import { projectionStatus, projectionsEndpoint, type WatchedFollower } from '#shared/edge/http/index.ts';
import {
  activateVersion,
  createInMemoryProjectionVersions,
  type HintFeed,
  parkStream,
  recordFirstActive,
} from '#shared/projection/index.ts';
import { ask, httpEvent } from '../../../support/http-events.ts';
import { journal, tally } from '../../../support/tally.ts';
import { rebuildWorld } from '../../projection/rebuild-harness.ts';

const NOW = new Date('2026-11-21T12:00:00.000Z');
const clock = () => NOW;

/** A feed with so many events of one stream, a minute old. */
const feedWith = (count: number): HintFeed => ({
  read: async (after) => ({
    events: Array.from({ length: count - Number(after ?? 0) }, (_, index) => ({
      stream: tally('1'),
      version: Number(after ?? 0) + index + 1,
      recordedAt: '2026-11-21T11:59:00.000Z',
    })),
    next: String(count),
    isEnd: true,
  }),
});

async function given(events: number, watermark: number) {
  const versions = createInMemoryProjectionVersions();
  const table = versions.table(1);
  if (watermark > 0) await table.write(tally('1'), { from: 0, watermark, row: {}, put: [], remove: [] });
  const watched: WatchedFollower = {
    context: 'tallies',
    kind: 'projection',
    follower: journal,
    versions,
    feed: feedWith(events),
  };
  return { ...watched, versions, table };
}

async function answered(watched: WatchedFollower, remainingMs = 10_000) {
  const answer = await ask(
    projectionsEndpoint([watched], clock),
    httpEvent({ route: 'GET /projections' }),
    remainingMs,
  );
  expect(answer.statusCode).toBe(200);
  return (answer.json.projections as unknown[])[0];
}

describe('the state of a projection', () => {
  it('is current when it has all that the feed has', async () => {
    expect(await answered(await given(3, 3))).toEqual({
      context: 'tallies',
      kind: 'projection',
      projection: 'journal',
      version: 1,
      state: 'current',
      lag: { events: 0, seconds: 0 },
      parked: 0,
      lastReconciled: null,
    });
  });

  it('is lagging by the events that it has not, and the age of the oldest', async () => {
    expect(await answered(await given(3, 1))).toMatchObject({ state: 'lagging', lag: { events: 2, seconds: 60 } });
  });

  it('is parked while a stream of it waits, whatever else it has', async () => {
    const watched = await given(3, 1);
    await parkStream({ table: watched.table, clock }, journal, tally('1'), new Error('poison'));
    expect(await answered(watched)).toMatchObject({ state: 'parked', parked: 1 });
  });

  it('says when the feed was walked last', async () => {
    const watched = await given(0, 0);
    await watched.table.writeNote('reconciler', { from: undefined, to: { at: NOW.toISOString() } });
    expect(await answered(watched)).toMatchObject({ lastReconciled: NOW.toISOString() });
  });

  it('leaves out what there is no time to count', async () => {
    expect(await answered(await given(3, 1), 5_000)).toMatchObject({ state: 'current', lag: { events: 0 } });
    expect(await answered(await given(3, 1), 5_001)).toMatchObject({ state: 'lagging' });
  });

  it('is filling while an older version than that of the code is active', async () => {
    const world = rebuildWorld();
    const stateOf = async (version: number) =>
      (
        await projectionStatus(
          { context: 'tallies', kind: 'projection', follower: { ...journal, version }, ...world },
          clock,
          () => true,
        )
      ).state;
    expect(await stateOf(1)).toBe('current');
    await recordFirstActive(world.versions, 1, clock);
    expect([await stateOf(1), await stateOf(2)]).toEqual(['current', 'filling']);
    await activateVersion(world.versions, 2, clock);
    expect([await stateOf(1), await stateOf(2)]).toEqual(['current', 'current']);
  });
});
