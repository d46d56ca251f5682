/** Queries never show a half-filled view: lists are answered from the active version, until another is made active. */
import { describe, expect, it } from 'vitest';
import {
  ACTIVE_FOR_MS,
  type AnyProjection,
  activateVersion,
  answerQuery,
  catchUp,
  fillVersion,
  listedVersion,
  parkStream,
  reconcile,
  recordFirstActive,
} from '#shared/projection/index.ts';
import { counted, spoilt, standings, tally } from '../../support/tally.ts';
import { aroundCalls } from './around-calls.ts';
import { EVENTUAL, STRONG, upToVersions } from './asking.ts';
import { NOW, rebuildWorld } from './rebuild-harness.ts';

const GROUP = '/groups/{group}/tallies';
const COUNTS = '/tallies/{id}/counts';
const BESIDE = '/tallies/{id}/beside';
const clock = () => NOW;

/** As version 1, but every sum is told in cents. */
const inCents: AnyProjection = {
  ...standings,
  version: 2,
  on: {
    ...standings.on,
    Counted: (row, event) =>
      standings.on.Counted?.(row, { ...event, data: { by: (event.data as { by: number }).by * 100 } }),
  },
};

/** Version 1 has these tallies of group 0 and is active. */
async function activeWith(sums: readonly number[]) {
  const world = rebuildWorld();
  for (const [index, sum] of sums.entries()) {
    await world.append(`t${index}`, counted(sum));
    await catchUp({ store: world.store, table: world.versions.table(1) }, standings, tally(`t${index}`), 1);
  }
  await recordFirstActive(world.versions, 1, clock);
  return world;
}

type World = Awaited<ReturnType<typeof activeWith>>;

async function ask(
  { store, versions, feed }: Pick<World, 'store' | 'versions' | 'feed'>,
  path: string,
  parameters: Readonly<Record<string, unknown>>,
  { consistency = EVENTUAL, projection = inCents, ...paging }: Partial<Parameters<typeof answerQuery>[1]> = {},
) {
  const query = projection.queries.find((one) => one.path === path);
  if (query === undefined) throw new Error(`there is no query ${path}`);
  const { version } = projection;
  const ports = { store, table: versions.table(version), listed: listedVersion(versions, projection, feed, clock) };
  return answerQuery(ports, { projection, query, parameters, consistency, now: clock(), ...paging });
}

describe('While another version than that of the code is active', () => {
  it('a list is answered from it, however far the other is filled', async () => {
    const world = await activeWith([3, 6, 9]);
    await catchUp({ store: world.store, table: world.versions.table(2) }, inCents, tally('t1'), 1);
    const all = [3, 6, 9].map((sum, index) => [`tally-t${index}`, { sum }]);
    expect(await ask(world, GROUP, { group: 0 })).toMatchObject({ body: { tallies: all } });
    await fillVersion(world.ports(world.versions.table(2)), inCents);
    expect(await ask(world, GROUP, { group: 0 })).toMatchObject({ body: { tallies: all } });
    await activateVersion(world.versions, 2, clock);
    const cents = [300, 600, 900].map((sum, index) => [`tally-t${index}`, { sum }]);
    expect(await ask(world, GROUP, { group: 0 })).toMatchObject({ body: { tallies: cents } });
  });

  it('the entries of a stream that is named are those that the code makes of it from its beginning', async () => {
    const world = await activeWith([3, 6]);
    await world.append('t0', counted(3));
    const consistency = upToVersions([tally('t0'), 2]);
    expect(await ask(world, GROUP, { group: 0 }, { consistency })).toMatchObject({
      body: {
        tallies: [
          ['tally-t1', { sum: 6 }],
          ['tally-t0', { sum: 600 }],
        ],
      },
    });
  });

  it('a stream with a list of its own is answered whole, row and entries of one version', async () => {
    const world = await activeWith([3]);
    for (const consistency of [EVENTUAL, STRONG]) {
      expect(await ask(world, COUNTS, { id: 't0' }, { consistency })).toMatchObject({
        version: 1,
        body: { sum: 300, counts: [{ by: 300, sum: 300 }] },
      });
    }
  });

  it('joined rows that are not there yet are folded from the log', async () => {
    const world = await activeWith([3, 6]);
    const both = { id: 't0', with: 't1,t9' };
    expect(await ask(world, BESIDE, both)).toMatchObject({
      body: { sum: 300, others: { 'tally-t1': [{ sum: 600 }, 1] } },
    });
  });

  it('a stream that is parked answers as far as it is, and says so', async () => {
    const world = await activeWith([3]);
    await world.append('t0', spoilt);
    const ports = { store: world.store, table: world.versions.table(2), clock };
    await expect(catchUp(ports, inCents, tally('t0'), 2)).rejects.toMatchObject({ code: 'event-not-applied' });
    await parkStream(ports, inCents, tally('t0'), new Error('spoilt'));
    expect(await ask(world, COUNTS, { id: 't0' })).toMatchObject({ parked: true, version: 1, body: { sum: 300 } });
    const strong = ask(world, COUNTS, { id: 't0' }, { consistency: STRONG });
    await expect(strong).rejects.toMatchObject({ code: 'event-not-applied' });
  });

  it('a cursor of the one is none of the other', async () => {
    const world = await activeWith([3, 6, 9]);
    const page = await ask(world, GROUP, { group: 0 }, { limit: 1 });
    const cursor = page.kind === 'found' ? (page.body as { next: string }).next : '';
    expect(await ask(world, GROUP, { group: 0 }, { limit: 1, cursor })).toMatchObject({ kind: 'found' });
    await fillVersion(world.ports(world.versions.table(2)), inCents);
    await activateVersion(world.versions, 2, clock);
    expect(await ask(world, GROUP, { group: 0 }, { limit: 1, cursor })).toEqual({ kind: 'invalid-cursor' });
  });

  it('older code goes on with its own version', async () => {
    const world = await activeWith([3, 6]);
    await activateVersion(world.versions, 2, clock);
    const answer = await ask(world, GROUP, { group: 0 }, { projection: standings });
    expect(answer).toMatchObject({
      body: {
        tallies: [
          ['tally-t0', { sum: 3 }],
          ['tally-t1', { sum: 6 }],
        ],
      },
    });
  });
});

describe('Which version is active', () => {
  it('is looked up once in a while, not with every query, and again after a failure', async () => {
    const { versions, feed } = await activeWith([3]);
    let [now, looks] = [0, 0];
    let isAway = false;
    const looking = aroundCalls(versions, async (call, proceed) => {
      if (call === 'readActive') looks += 1;
      if (isAway) throw new Error('the table is away');
      return proceed();
    });
    const looked = { ...versions, readActive: () => looking.readActive() };
    const listed = listedVersion(looked, inCents, feed, () => new Date(now));
    await Promise.all([listed(), listed(), listed()]);
    now = ACTIVE_FOR_MS - 1;
    expect(await listed()).toMatchObject({ version: 1 });
    expect(looks).toBe(1);
    await activateVersion(versions, 2, clock);
    now = ACTIVE_FOR_MS;
    expect(await listed()).toMatchObject({ version: 2 });
    expect(looks).toBe(2);
    isAway = true;
    now += ACTIVE_FOR_MS;
    await expect(listed()).rejects.toThrow('away');
    isAway = false;
    expect(await listed()).toMatchObject({ version: 2 });
  });

  it('is recorded first when the reconciler finds nothing missing, and never replaced by it', async () => {
    const world = rebuildWorld();
    const run = (version: number, hasTime = true) => {
      const projection = { ...standings, version };
      const table = world.versions.table(version);
      return reconcile(
        {
          table,
          feed: world.feed,
          sendHints: async (hints) => {
            for (const hint of hints)
              await catchUp({ store: world.store, table }, projection, hint.stream, hint.version);
          },
          clock,
          settleSeconds: 0,
          hasTime: () => hasTime,
          whole: () => recordFirstActive(world.versions, version, clock),
        },
        projection,
      );
    };
    await world.append('t0', counted(3));
    await run(1, false);
    await run(1);
    expect(await world.versions.readActive()).toBeUndefined();
    await run(1);
    expect(await world.versions.readActive()).toEqual({ active: 1, at: NOW.toISOString() });
    await run(2);
    await run(2);
    expect(await world.versions.readActive()).toMatchObject({ active: 1 });
  });

  it('keeps the one before to go back to, and is changed by one of two who change it at once', async () => {
    const { versions } = await activeWith([]);
    let isFirst = true;
    const slow = aroundCalls(versions, async (call, proceed) => {
      if (call === 'writeActive' && isFirst) {
        isFirst = false;
        await activateVersion(versions, 3, clock);
      }
      return proceed();
    });
    expect(await activateVersion(slow, 2, clock)).toBe(false);
    expect(await versions.readActive()).toMatchObject({ active: 3, previous: 1 });
    expect(await activateVersion(versions, 3, clock)).toBe(true);
    expect(await versions.readActive()).toMatchObject({ active: 3, previous: 1 });
  });
});
