/** A projection that is new over an old log never shows a half-filled list, and one that is as old as its log shows all at once. */
import { describe, expect, it } from 'vitest';
import {
  type AnyProjection,
  answerQuery,
  catchUp,
  type Hint,
  listedVersion,
  reconcile,
  recordFirstActive,
  versionForLists,
} from '#shared/projection/index.ts';
import { counted, standings, tally } from '../../support/tally.ts';
import { EVENTUAL } from './asking.ts';
import { NOW, rebuildWorld } from './rebuild-harness.ts';

/** The events of the world are recorded at 12:11, and it is 12:30. */
const BEFORE_THE_LOG = new Date('2026-11-20T12:00:00.000Z');
const AFTER_THE_LOG = new Date('2026-11-20T12:20:00.000Z');
const SETTLE_SECONDS = 120;

const GROUP = '/groups/{group}/tallies';
const COUNTS = '/tallies/{id}/counts';
const BESIDE = '/tallies/{id}/beside';
const clock = () => NOW;

type World = ReturnType<typeof rebuildWorld>;

async function worldWith(sums: readonly number[], createdAt: Date): Promise<World> {
  const world = rebuildWorld({ createdAt });
  for (const [index, sum] of sums.entries()) await world.append(`t${index}`, counted(sum));
  return world;
}

function ask(
  { store, versions, feed }: World,
  path: string,
  parameters: object,
  projection: AnyProjection = standings,
) {
  const query = projection.queries.find((one) => one.path === path);
  if (query === undefined) throw new Error(`there is no query ${path}`);
  const listed = listedVersion(versions, projection, feed, clock);
  const ports = { store, table: versions.table(projection.version), listed };
  return answerQuery(ports, { projection, query, parameters: { ...parameters }, consistency: EVENTUAL, now: clock() });
}

type Walk = { readonly at?: Date; readonly lost?: boolean; readonly feed?: World['feed'] };

/** One walk of the reconciler, whose hints arrive unless they are lost. Gives their number. */
function walk({ store, versions, feed: own }: World, { at = NOW, lost = false, feed = own }: Walk = {}) {
  const table = versions.table(standings.version);
  return reconcile(
    {
      table,
      feed,
      sendHints: async (hints: readonly Hint[]) => {
        if (!lost) for (const { stream, version } of hints) await catchUp({ store, table }, standings, stream, version);
      },
      clock: () => at,
      settleSeconds: SETTLE_SECONDS,
      hasTime: () => true,
      whole: () => recordFirstActive(versions, standings.version, clock),
    },
    standings,
  );
}

describe('A projection over a log that is older than it', () => {
  it('gives no list until the reconciler has found everything there, however much has arrived before', async () => {
    const world = await worldWith([3, 6, 9], AFTER_THE_LOG);
    const list = () => ask(world, GROUP, { group: 0 });
    expect(await list()).toEqual({ kind: 'filling' });
    await catchUp({ store: world.store, table: world.versions.table(1) }, standings, tally('t1'), 1);
    expect(await list()).toEqual({ kind: 'filling' });
    expect(await walk(world, { lost: true })).toBe(2);
    expect(await list()).toEqual({ kind: 'filling' });
    expect(await walk(world)).toBe(2);
    expect(await list()).toEqual({ kind: 'filling' });
    expect(await walk(world)).toBe(0);
    expect(await list()).toMatchObject({ kind: 'found', body: { tallies: { length: 3 } } });
  });

  it('answers what is of one stream alone, its list too, from the log', async () => {
    const world = await worldWith([3, 6], AFTER_THE_LOG);
    expect(await ask(world, COUNTS, { id: 't0' })).toMatchObject({ body: { sum: 3, counts: [{ by: 3, sum: 3 }] } });
    expect(await ask(world, BESIDE, { id: 't0', with: 't1' })).toMatchObject({
      body: { sum: 3, others: { 'tally-t1': [{ sum: 6 }, 1] } },
    });
  });

  it('is not taken for whole while events from before its first walk have not settled', async () => {
    const world = await worldWith([3, 6], AFTER_THE_LOG);
    const [table, first] = [world.versions.table(1), new Date('2026-11-20T12:12:00.000Z')];
    await catchUp({ store: world.store, table }, standings, tally('t0'), 1);
    // Nobody was told of the second one, and nothing is old enough to be sent again.
    await walk(world, { at: first });
    expect(await world.versions.readActive()).toBeUndefined();
    const later = new Date('2026-11-20T12:13:30.000Z');
    expect(await walk(world, { at: later })).toBe(1);
    expect(await world.versions.readActive()).toBeUndefined();
    await walk(world, { at: later });
    expect(await world.versions.readActive()).toMatchObject({ active: 1 });
  });

  it('is whole in the midst of commands too: what is fed after the first walk has its messages', async () => {
    const world = await worldWith([3], AFTER_THE_LOG);
    await walk(world);
    const young = { stream: tally('t0'), version: 2, recordedAt: '2026-11-20T12:32:59.000Z' };
    const feed: World['feed'] = {
      async read(after, limit) {
        const page = await world.feed.read(after, limit);
        return limit > page.events.length ? { ...page, events: [...page.events, young], isEnd: false } : page;
      },
    };
    await walk(world, { at: new Date('2026-11-20T12:31:00.000Z'), feed });
    expect(await world.versions.readActive()).toBeUndefined();
    await walk(world, { at: new Date('2026-11-20T12:33:00.000Z'), feed });
    expect(await world.versions.readActive()).toMatchObject({ active: 1 });
  });
});

describe('A projection that is as old as its log', () => {
  it('gives lists at once, of an empty log and of what has arrived', async () => {
    const world = rebuildWorld({ createdAt: BEFORE_THE_LOG });
    expect(await ask(world, GROUP, { group: 0 })).toMatchObject({ kind: 'found', body: { tallies: [] } });
    await world.append('t0', counted(3));
    await catchUp({ store: world.store, table: world.versions.table(1) }, standings, tally('t0'), 1);
    await world.append('t1', counted(6));
    expect(await ask(world, GROUP, { group: 0 })).toMatchObject({ body: { tallies: [['tally-t0', { sum: 3 }]] } });
  });

  it('gives lists at once whatever its version is, unless an older one has been at work', async () => {
    const world = await worldWith([3], BEFORE_THE_LOG);
    const raised = { ...standings, version: 3 };
    expect(await versionForLists(world.versions, raised, world.feed)).toBe(3);
    await catchUp({ store: world.store, table: world.versions.table(2) }, standings, tally('t0'), 1);
    expect(await ask(world, GROUP, { group: 0 }, raised)).toEqual({ kind: 'filling' });
    expect(await versionForLists(world.versions, { ...raised, categories: ['other'] }, world.feed)).toBe(3);
  });

  it('is not asked for its age any more once a version is recorded', async () => {
    const world = await worldWith([3], AFTER_THE_LOG);
    await recordFirstActive(world.versions, 1, clock);
    const versions = { ...world.versions, createdAt: () => Promise.reject(new Error('asked')) };
    expect(await versionForLists(versions, standings, world.feed)).toBe(1);
  });
});
