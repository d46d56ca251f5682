/** A command with an id is recorded once, whatever happens to its answer. */
import { describe, expect, it } from 'vitest';
import { COMMAND_WINDOW } from '#shared/command/stream-state.ts';
import { KitError, type StreamId } from '#shared/event/index.ts';
import { createInMemoryEventStore, type EventStore } from '#shared/event-store/index.ts';
import { someStream } from '../../support/commits.ts';
import { machineOn, watched } from '../../support/machine.ts';
import { type TillCommand, tillAggregate, tillEvents } from '../../support/till.ts';

const deposit = (amount: number): TillCommand => ({ what: 'deposit', data: { amount } });
const withdraw = (amount: number): TillCommand => ({ what: 'withdraw', data: { amount } });
const newStore = () => createInMemoryEventStore({ events: tillEvents });
const versionOf = async (store: EventStore, stream: StreamId) => (await store.load(stream)).token.version;

describe('A command with an id', () => {
  it('is answered as the first time when it is repeated, and recorded once', async () => {
    const store = newStore();
    const stream = someStream();
    const machine = machineOn(store);
    const first = await machine.send(stream, deposit(5), { commandId: 'c1' });
    await machine.send(stream, deposit(6));
    expect(first).toMatchObject({ kind: 'recorded', version: 1, replayed: false });
    for (const repeating of [machine, machineOn(store)]) {
      expect(await repeating.send(stream, deposit(5), { commandId: 'c1' })).toEqual({ ...first, replayed: true });
    }
    expect(await versionOf(store, stream)).toBe(2);
  });

  it(`is recognised after ${COMMAND_WINDOW} others, warm or not, with snapshots or without usable ones`, async () => {
    const store = newStore();
    const stream = someStream();
    const machine = machineOn(store);
    await machine.send(stream, { what: 'deposit-coins', data: { coins: 40 } });
    const first = await machine.send(stream, deposit(5), { commandId: 'c1' });
    for (let count = 0; count < COMMAND_WINDOW; count += 1) await machine.send(stream, deposit(1));
    expect(await versionOf(store, stream)).toBe(141);
    const otherCode = machineOn(store, { aggregate: tillAggregate({ stateRevision: 2 }) });
    for (const repeating of [machine, machineOn(store), otherCode]) {
      expect(await repeating.send(stream, deposit(5), { commandId: 'c1' })).toEqual({ ...first, replayed: true });
    }
    expect(await versionOf(store, stream)).toBe(141);
  });

  it('is recognised on a machine that has not seen it, however warm it is', async () => {
    const store = newStore();
    const stream = someStream();
    const [one, other] = [machineOn(store), machineOn(store)];
    await other.send(stream, deposit(1));
    const first = await one.send(stream, withdraw(1), { commandId: 'c1' });
    expect(await other.send(stream, withdraw(1), { commandId: 'c1' })).toEqual({ ...first, replayed: true });
  });

  it('is recorded once when two copies race', async () => {
    const stream = someStream();
    const bothAreLoaded = Promise.withResolvers<void>();
    let loads = 0;
    const { store } = watched(newStore(), async (call, proceed) => {
      const result = await proceed();
      if (call === 'load') {
        loads += 1;
        if (loads === 2) bothAreLoaded.resolve();
        await bothAreLoaded.promise;
      }
      return result;
    });
    const copies = [machineOn(store), machineOn(store)].map((machine) =>
      machine.send(stream, deposit(5), { commandId: 'c1' }),
    );
    const outcomes = await Promise.all(copies);
    expect(outcomes.map((outcome) => outcome.kind === 'recorded' && outcome.replayed).sort()).toEqual([false, true]);
    expect(outcomes[0]).toEqual({ ...outcomes[1], replayed: expect.any(Boolean) });
  });

  it('is another command under a used id when its payload or its name differs', async () => {
    const store = newStore();
    const stream = someStream();
    const machine = machineOn(store);
    await machine.send(stream, deposit(5), { commandId: 'c1' });
    for (const command of [deposit(6), withdraw(5)]) {
      for (const sender of [machine, machineOn(store)]) {
        expect(await sender.send(stream, command, { commandId: 'c1' })).toEqual({ kind: 'command-id-reused' });
      }
    }
    expect(await versionOf(store, stream)).toBe(1);
  });

  it('is the same command whatever the order of its keys', async () => {
    const machine = machineOn(newStore());
    const stream = someStream();
    await machine.send(stream, { what: 'deposit', data: { amount: 5, memo: 'm' } }, { commandId: 'c1' });
    const repeat = await machine.send(stream, { what: 'deposit', data: { memo: 'm', amount: 5 } }, { commandId: 'c1' });
    expect(repeat).toMatchObject({ kind: 'recorded', replayed: true });
  });

  it('is answered before any precondition is looked at', async () => {
    const store = newStore();
    const stream = someStream();
    const precondition = { kind: 'new' } as const;
    await machineOn(store).send(stream, deposit(5), { commandId: 'c1', precondition });
    for (const machine of [machineOn(store), machineOn(store)]) {
      const repeat = await machine.send(stream, deposit(5), { commandId: 'c1', precondition });
      expect(repeat).toMatchObject({ kind: 'recorded', version: 1, replayed: true });
    }
  });

  it('is decided again when it was refused or changed nothing', async () => {
    const store = newStore();
    const stream = someStream();
    const machine = machineOn(store);
    expect(await machine.send(stream, withdraw(5), { commandId: 'c1' })).toMatchObject({ kind: 'rejected' });
    expect(await machine.send(stream, { what: 'empty', data: {} }, { commandId: 'c2' })).toEqual({
      kind: 'unchanged',
      version: 0,
    });
    await machine.send(stream, deposit(5));
    expect(await machine.send(stream, withdraw(4), { commandId: 'c1' })).toMatchObject({
      kind: 'recorded',
      replayed: false,
    });
    expect(await machine.send(stream, { what: 'empty', data: {} }, { commandId: 'c2' })).toMatchObject({
      kind: 'recorded',
      replayed: false,
    });
  });

  it('has an id of its stream only', async () => {
    const machine = machineOn(newStore());
    await machine.send(someStream(), deposit(5), { commandId: 'c1' });
    expect(await machine.send(someStream(), deposit(6), { commandId: 'c1' })).toMatchObject({ replayed: false });
  });

  it('is found when it was recorded although the store did not answer', async () => {
    const inner = newStore();
    const stream = someStream();
    let lost = false;
    const { store } = watched(inner, async (call, proceed) => {
      const answer = await proceed();
      if (call !== 'append' || lost) return answer;
      lost = true;
      throw new KitError('store-unavailable', 'lost', { retryable: true });
    });
    const machine = machineOn(store);
    await expect(machine.send(stream, deposit(5), { commandId: 'c1' })).rejects.toMatchObject({ retryable: true });
    const repeat = await machine.send(stream, deposit(5), { commandId: 'c1' });
    expect(repeat).toMatchObject({ kind: 'recorded', version: 1, replayed: true });
    expect(await versionOf(inner, stream)).toBe(1);
  });
});

describe('A command without an id', () => {
  it('is recorded once when a try of it lands after it was answered a conflict', async () => {
    const inner = newStore();
    const stream = someStream();
    let late = 0;
    const { store } = watched(inner, async (call, proceed) => {
      if (call !== 'append' || late > 0) return proceed();
      late += 1;
      await proceed();
      return { kind: 'conflict' };
    });
    const outcome = await machineOn(store).send(stream, deposit(5));
    expect(outcome).toMatchObject({ kind: 'recorded', version: 1, replayed: false });
    expect(await versionOf(inner, stream)).toBe(1);
  });

  it('is another command each time', async () => {
    const machine = machineOn(newStore());
    const stream = someStream();
    await machine.send(stream, deposit(5));
    expect(await machine.send(stream, deposit(5))).toMatchObject({ version: 2, replayed: false });
  });
});
