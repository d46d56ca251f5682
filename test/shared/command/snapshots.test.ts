/** Snapshots are written when they are due, and the state from one is never another state. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  type CommitItem,
  createInMemoryEventStore,
  createInMemoryTable,
  snapshotSchemaOf,
} from '#shared/event-store/index.ts';
import { SNAPSHOT_EVERY_COMMITS } from '#shared/event-store/snapshot.ts';
import { someStream } from '../../support/commits.ts';
import { machineOn, watched } from '../../support/machine.ts';
import { type TillCommand, type TillState, tillAggregate, tillDecider, tillEvents } from '../../support/till.ts';

const deposit = (amount: number, memo?: string): TillCommand => ({ what: 'deposit', data: { amount, memo } });
const coins = (count: number): TillCommand => ({ what: 'deposit-coins', data: { coins: count } });
const ALL: TillCommand = { what: 'withdraw', data: { amount: Number.MAX_SAFE_INTEGER } };

const EVERY = SNAPSHOT_EVERY_COMMITS;
const TAG = snapshotSchemaOf(tillDecider);

function setUp() {
  const table = createInMemoryTable();
  const store = createInMemoryEventStore({ events: tillEvents, table });
  const stream = someStream();
  /** First versions of the commits that carry a snapshot. */
  const carriers = (tag?: string) =>
    (table.commits.get(stream) ?? [])
      .filter((item: CommitItem) => item.snapshot !== undefined && (tag === undefined || item.snapshotSchema === tag))
      .map(({ version }) => version);
  /** The balance as a machine finds it that knows nothing yet. */
  const balance = async (aggregate = tillAggregate()) => {
    const outcome = await machineOn(store, { aggregate }).send(stream, ALL);
    return outcome.kind === 'rejected' && outcome.rejection.fields.balance;
  };
  return { table, store, stream, carriers, balance };
}

/** A text that hardly gets smaller when it is packed. */
const unpackable = (length: number) => randomBytes(length).toString('base64').slice(0, length);

describe('A snapshot', () => {
  it('goes with the commit that makes it so many commits since the last one, whatever the number of their events', async () => {
    const { store, stream, carriers } = setUp();
    const machine = machineOn(store);
    for (let count = 1; count < EVERY; count += 1) await machine.send(stream, coins(EVERY));
    expect(carriers()).toEqual([]);
    const first = (EVERY - 1) * EVERY + 1;
    await machine.send(stream, coins(EVERY));
    expect(carriers()).toEqual([first]);
    for (let count = 0; count < EVERY; count += 1) await machine.send(stream, deposit(1));
    expect(carriers()).toEqual([first, first + EVERY - 1 + EVERY]);
  });

  it('goes at the same places when every command comes to another machine', async () => {
    const { store, stream, carriers } = setUp();
    for (let count = 0; count < 2 * EVERY; count += 1) await machineOn(store).send(stream, coins(3));
    expect(carriers()).toEqual([3 * (EVERY - 1) + 1, 3 * (2 * EVERY - 1) + 1]);
  });

  it('is written once for all machines that know the stream', async () => {
    const { store, stream, carriers } = setUp();
    const machines = [machineOn(store), machineOn(store), machineOn(store)];
    for (let round = 0; round < EVERY; round += 1) {
      for (const machine of machines) await machine.send(stream, coins(2));
    }
    expect(carriers()).toEqual([1, 2, 3].map((snapshot) => 2 * (snapshot * EVERY - 1) + 1));
  });

  it('comes sooner when events are large', async () => {
    const { store, stream, carriers } = setUp();
    const machine = machineOn(store);
    for (let count = 0; count < 3; count += 1) await machine.send(stream, deposit(1, unpackable(100_000)));
    expect(carriers()).toEqual([3]);
    const wide = someStream();
    for (let count = 0; count < 3; count += 1) await machine.send(wide, deposit(1, '語'.repeat(33_000)));
    const loaded = await store.load(wide, { snapshotSchema: TAG });
    expect(loaded.snapshot).toBeDefined();
  });

  it('keeps a command at one read and one write, whatever the length of the stream', async () => {
    const { store, stream, balance } = setUp();
    const machine = machineOn(store);
    for (let count = 0; count < 950; count += 1) await machine.send(stream, deposit(1));
    const { store: seen, calls } = watched(store);
    await machineOn(seen).send(stream, deposit(1));
    expect(calls).toEqual(['load', 'append']);
    const { commits } = await store.load(stream, { snapshotSchema: TAG });
    expect(commits.length).toBeLessThan(EVERY);
    expect(await balance()).toBe(951);
  });

  it('gives the state that all events give', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 130 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 3 }), async (counts, machineCount) => {
        const { store, stream, balance } = setUp();
        const machines = Array.from({ length: machineCount }, () => machineOn(store));
        for (const [index, count] of counts.entries()) await machines[index % machineCount]?.send(stream, coins(count));
        const total = counts.reduce((sum, count) => sum + count, 0);
        expect(await balance()).toBe(total);
        expect(await balance(tillAggregate({ stateRevision: 9 }))).toBe(total);
      }),
      { numRuns: 40 },
    );
  });

  it('of another shape of the state is not read, and the next commit writes one of the new shape', async () => {
    const { store, stream, carriers } = setUp();
    const machine = machineOn(store);
    for (let count = 0; count < EVERY; count += 1) await machine.send(stream, coins(6));
    expect(carriers()).toEqual([145]);

    const wider = z.object({
      balance: z.int(),
      name: z.nullable(z.string()),
      memos: z.array(z.string()),
      ins: z.int(),
    });
    const counting = tillAggregate({
      stateSchema: wider as unknown as typeof tillDecider.stateSchema, // the shape of a later version of the code
      initialState: { ...tillDecider.initialState, ins: 0 } as TillState,
      evolve: (state, event) => {
        const { ins } = state as TillState & { ins: number };
        return { ...tillDecider.evolve(state, event), ins: ins + (event.what === 'MoneyIn' ? 1 : 0) } as TillState;
      },
    });
    await machineOn(store, { aggregate: counting }).send(stream, deposit(1));
    expect(carriers()).toEqual([145, 151]);
    const tag = snapshotSchemaOf(counting.decider);
    expect(carriers(tag)).toEqual([151]);
    const { snapshot } = await store.load(stream, { snapshotSchema: tag });
    expect(snapshot?.state).toMatchObject({ balance: 151, ins: 151 });
    // The old code, still running elsewhere, goes on with its own.
    expect((await store.load(stream, { snapshotSchema: TAG })).snapshot?.state).toMatchObject({ balance: 150 });
  });

  it('that fits into no item is left out, and written as soon as it fits', async () => {
    const { store, stream, carriers, balance } = setUp();
    const forgetful = tillAggregate({
      evolve: (state, event) =>
        event.what === 'MoneyOut'
          ? { ...tillDecider.evolve(state, event), memos: [] }
          : tillDecider.evolve(state, event),
    });
    const machine = machineOn(store, { aggregate: forgetful });
    for (let count = 0; count < 6; count += 1) {
      const outcome = await machine.send(stream, deposit(1, unpackable(100_000)));
      expect(outcome.kind).toBe('recorded');
    }
    expect(carriers()).toEqual([3]);
    expect(await balance(forgetful)).toBe(6);
    await machine.send(stream, { what: 'withdraw', data: { amount: 1 } });
    expect(carriers()).toEqual([3, 7]);
    expect(await balance(forgetful)).toBe(5);
  });
});

describe('The tag of a snapshot', () => {
  const tagOf = (stateSchema: z.ZodMiniType, stateRevision?: number) =>
    snapshotSchemaOf(stateRevision === undefined ? { stateSchema } : { stateSchema, stateRevision });
  const shape = { balance: z.int(), name: z.string() };

  it('is the same for the same shape', () => {
    expect(tagOf(z.object(shape))).toBe(tagOf(z.object({ ...shape })));
    expect(tagOf(z.object(shape))).toBe(tagOf(z.object(shape), 1));
  });

  it('is another one for another shape, however deep, and for another revision', () => {
    const others = [
      tagOf(z.object(shape)),
      tagOf(z.object(shape), 2),
      tagOf(z.object({ ...shape, more: z.optional(z.string()) })),
      tagOf(z.object({ ...shape, balance: z.string() })),
      tagOf(z.object({ inner: z.object(shape) })),
      tagOf(z.object({ inner: z.object({ ...shape, name: z.nullable(z.string()) }) })),
    ];
    expect(new Set(others).size).toBe(others.length);
  });

  it('is refused to a state that JSON cannot hold', () => {
    for (const member of [z.date(), z.bigint(), z.map(z.string(), z.string())]) {
      expect(() => tagOf(z.object({ member }))).toThrow(/cannot be represented/i);
    }
  });
});
