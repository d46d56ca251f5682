import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { reconciler } from '#shared/edge/schedule/reconciler.ts';
import { createInMemoryQueryTable, type Hint, type HintFeed, parkStream } from '#shared/projection/index.ts';
import { clock, journal, tally } from '../../../support/tally.ts';
import { writtenMetrics } from '../written-metrics.ts';

afterEach(() => vi.restoreAllMocks());

const dimensions = { Stage: 'tributary', Context: 'tallies' };
const lambda = { getRemainingTimeInMillis: () => 60_000 };

/** Three events that were recorded a minute before. */
const feed: HintFeed = {
  read: async () => ({
    events: [1, 2, 3].map((version) => ({
      stream: tally('1'),
      version,
      recordedAt: new Date(clock().getTime() - 60_000).toISOString(),
    })),
    next: '3',
    isEnd: true,
  }),
};

const enabled = async () => ({ id: 'relay-1', state: 'Enabled', reason: undefined });

const waiting = (stream: string) => ({
  stream,
  version: 1,
  upTo: 1,
  reason: 'unreadable',
  since: clock().toISOString(),
});

it('What is late and what is parked is a metric of the context, at the relay too; whose it is stands in the log', async () => {
  const table = createInMemoryQueryTable();
  await parkStream({ table, clock }, journal, tally('9'), new Error('no'));
  const lines = writtenMetrics();
  const said = vi.spyOn(console, 'error');
  const reconcile = reconciler({
    feed,
    followers: [{ follower: journal, table, sendHints: async () => {} }],
    parked: async () => [waiting('tally-4'), waiting('tally-5')],
    relayMapping: enabled,
    dimensions,
    settleSeconds: 120,
    clock,
  });
  await reconcile(undefined, lambda);
  expect(lines()).toEqual([
    { ...dimensions, LagSeconds: 60, Parked: 1, notes: { Part: journal.name, LagEvents: 3 } },
    { ...dimensions, Parked: 2, notes: { Part: 'relay' } },
  ]);
  expect(said).not.toHaveBeenCalled();
});

it('A follower that cannot be reconciled keeps the figures of no other back, and fails the call', async () => {
  const lines = writtenMetrics();
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const broken = { ...createInMemoryQueryTable(), readNote: () => Promise.reject(new Error('the table is away')) };
  const reconcile = reconciler({
    feed,
    followers: [broken, createInMemoryQueryTable()].map((table) => ({
      follower: journal,
      table,
      sendHints: async () => {},
    })),
    parked: async () => [],
    relayMapping: enabled,
    dimensions,
    settleSeconds: 120,
    clock,
  });
  await expect(reconcile(undefined, lambda)).rejects.toThrow('1 of 3 parts could not be reconciled');
  expect(lines().map(({ Parked, notes }) => ({ Parked, notes }))).toEqual([
    { Parked: 0, notes: { Part: journal.name, LagEvents: 3 } },
    { Parked: 0, notes: { Part: 'relay' } },
  ]);
});

it('What is overdue is sent before the figures are told, and the log says what was sent again; nothing else is said', async () => {
  const table = createInMemoryQueryTable();
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const told: string[] = [];
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(process.stdout, 'write').mockImplementation(() => told.push('figures') > 0);
  const run = (late: readonly Hint[], settleSeconds: number) =>
    reconciler({
      feed,
      followers: [
        {
          follower: journal,
          table,
          overdue: async () => late,
          sendHints: async (hints) => {
            await nextTurn();
            told.push(`${hints.length} sent`);
          },
        },
      ],
      parked: async () => [],
      relayMapping: enabled,
      dimensions,
      settleSeconds,
      clock,
    })(undefined, lambda);
  await run([], 120);
  expect(warned).not.toHaveBeenCalled();
  told.length = 0;
  await run(
    ['6', '7', '8', '9'].map((id) => ({ stream: tally(id), version: 2 })),
    0,
  );
  expect(told.slice(0, told.indexOf('figures'))).toContain('4 sent');
  expect(warned.mock.calls.flat()).toEqual([
    expect.stringMatching(/was behind; \d+ hints were sent again/),
    expect.stringContaining('has deadlines that passed unnoticed; 4 hints were sent'),
  ]);
});

it('A follower stops in time for those behind it and for the end', async () => {
  let asked = 0;
  const endless: HintFeed = {
    read: async () => {
      asked += 1;
      return { ...(await feed.read(undefined, 1)), next: String(asked), isEnd: false };
    },
  };
  const reconcile = reconciler({
    feed: endless,
    followers: [{ follower: journal, table: createInMemoryQueryTable(), sendHints: async () => {} }],
    parked: async () => [],
    relayMapping: enabled,
    dimensions,
    settleSeconds: 0,
    clock,
  });
  writtenMetrics();
  // A second goes by at every look at the clock.
  let left = 20_000;
  await reconcile(undefined, { getRemainingTimeInMillis: () => (left -= 1_000) });
  expect(asked).toBeGreaterThan(0);
  expect(left).toBeGreaterThan(0);
});

it('A context without followers is behind nothing, and says so: no figure would mean that nobody looks', async () => {
  const lines = writtenMetrics();
  const reconcile = reconciler({
    feed,
    followers: [],
    parked: async () => [],
    relayMapping: enabled,
    dimensions,
    settleSeconds: 120,
    clock,
  });
  await reconcile(undefined, lambda);
  expect(lines()).toEqual([{ ...dimensions, LagSeconds: 0, Parked: 0, notes: { Part: 'relay' } }]);
});

describe('The mapping of the relay', () => {
  const lookAt = (relayMapping: Parameters<typeof reconciler>[0]['relayMapping']) => {
    const { settleSeconds, parked } = { settleSeconds: 120, parked: async () => [waiting('tally-4')] };
    return reconciler({ feed, followers: [], parked, relayMapping, dimensions, settleSeconds, clock })(
      undefined,
      lambda,
    );
  };

  it('counts as parked while it is off, and the log says what to do', async () => {
    const lines = writtenMetrics();
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    await lookAt(async () => ({ id: 'relay-1', state: 'Disabled', reason: 'User action' }));
    expect(lines()).toMatchObject([{ Parked: 2, notes: { Part: 'relay' } }]);
    expect(said.mock.calls).toEqual([[expect.stringContaining('--uuid relay-1 --enabled')]]);
  });

  it('keeps no figure back when it cannot be asked for, and the call fails', async () => {
    const lines = writtenMetrics();
    vi.spyOn(console, 'error').mockImplementation(() => {});
    await expect(lookAt(() => Promise.reject(new Error('throttled')))).rejects.toThrow('1 of 1 parts');
    expect(lines()).toMatchObject([{ Parked: 1, LagSeconds: 0 }]);
  });
});
