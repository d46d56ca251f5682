/** A command of a process is recognised back to when it was given out, and refused once and for all. */
import { describe, expect, it } from 'vitest';
import { COMMAND_WINDOW } from '#shared/command/stream-state.ts';
import { KitError, type StreamId } from '#shared/event/index.ts';
import { createInMemoryEventStore, type EventStore } from '#shared/event-store/index.ts';
import { someStream } from '../../support/commits.ts';
import { machineOn, watched } from '../../support/machine.ts';
import { type TillCommand, tillAggregate, tillEvents } from '../../support/till.ts';

const deposit = (amount: number): TillCommand => ({ what: 'deposit', data: { amount } });
const withdraw = (amount: number): TillCommand => ({ what: 'withdraw', data: { amount } });
const empty: TillCommand = { what: 'empty', data: {} };
const newStore = () => createInMemoryEventStore({ events: tillEvents });
const versionOf = async (store: EventStore, stream: StreamId) => (await store.load(stream)).token.version;

const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (second: number) => new Date(START + second * 1_000).toISOString();

/** A machine whose clock goes on by a second with each look. */
function tickingMachine(store: EventStore, from = 0) {
  let second = from;
  return machineOn(store, {
    clock: () => {
      second += 1;
      return new Date(START + second * 1_000);
    },
  });
}

describe('A command that says when it was issued', () => {
  const MANY = 10_000;

  it(`is recognised after ${MANY} others, with snapshots and without usable ones`, async () => {
    const store = newStore();
    const stream = someStream();
    const machine = tickingMachine(store);
    const first = await machine.send(stream, deposit(5), { commandId: 'c1', issuedAt: at(1) });
    for (let count = 0; count < MANY; count += 1) await machine.send(stream, deposit(1));
    const otherCode = machineOn(store, { aggregate: tillAggregate({ stateRevision: 2 }) });
    for (const repeating of [machine, machineOn(store), otherCode]) {
      const repeat = await repeating.send(stream, deposit(5), { commandId: 'c1', issuedAt: at(1) });
      expect(repeat).toEqual({ ...first, replayed: true });
    }
    expect(await versionOf(store, stream)).toBe(MANY + 1);
    // What says no time is looked for among the latest alone.
    expect(await machine.send(stream, deposit(5), { commandId: 'c1' })).toMatchObject({ replayed: false });
  }, 60_000);

  it('is recognised when it was recorded by a machine whose clock was behind', async () => {
    const store = newStore();
    const stream = someStream();
    await machineOn(store).send(stream, deposit(5), { commandId: 'c1', issuedAt: at(200) });
    const others = tickingMachine(store, 300);
    for (let count = 0; count <= COMMAND_WINDOW; count += 1) await others.send(stream, deposit(1));
    expect(await others.send(stream, deposit(5), { commandId: 'c1', issuedAt: at(200) })).toMatchObject({
      replayed: true,
    });
  });

  it('looks back only where there is something to find: not on a short stream, nor on one that was quiet since', async () => {
    const { store, calls } = watched(newStore());
    const stream = someStream();
    const machine = tickingMachine(store);
    await machine.send(stream, deposit(5), { commandId: 'c1', issuedAt: at(0) });
    expect(calls).not.toContain('readCommandsBefore');
    for (let count = 0; count <= COMMAND_WINDOW; count += 1) await machine.send(stream, deposit(1));
    await machine.send(stream, deposit(1), { commandId: 'c2', issuedAt: at(10_000) });
    expect(calls).not.toContain('readCommandsBefore');
    await machine.send(stream, deposit(1), { commandId: 'c3', issuedAt: at(0) });
    expect(calls.filter((call) => call === 'readCommandsBefore')).toHaveLength(1);
  });
});

describe('A final answer', () => {
  const final = { commandId: 'c1', issuedAt: at(0), isFinal: true };

  it('stays when the stream would answer otherwise now', async () => {
    const store = newStore();
    const stream = someStream();
    const machine = machineOn(store);
    const refused = await machine.send(stream, withdraw(5), final);
    expect(refused).toMatchObject({ kind: 'rejected' });
    const unchanged = await machine.send(stream, empty, { ...final, commandId: 'c2' });
    expect(unchanged).toEqual({ kind: 'unchanged', version: 0 });
    await machine.send(stream, deposit(9));
    for (const one of [machine, machineOn(store)]) {
      expect(await one.send(stream, withdraw(5), final)).toEqual(refused);
      expect(await one.send(stream, empty, { ...final, commandId: 'c2' })).toEqual(unchanged);
    }
    expect(await versionOf(store, stream)).toBe(1);
  });

  /** Two copies, each held up before one of its calls until the other is through. */
  it.each(['readAnswer', 'append', 'keepAnswer', 'load', 'loadTail'] as const)(
    'is the same for two copies, also when one is held up before %s while the stream moves on',
    async (held) => {
      const inner = newStore();
      const stream = someStream();
      const [reached, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      let isHeld = false;
      const { store: slow } = watched(inner, async (call, proceed) => {
        if (call === held && !isHeld) {
          isHeld = true;
          reached.resolve();
          await go.promise;
        }
        return proceed();
      });
      const slowMachine = machineOn(slow);
      const late = slowMachine.send(stream, withdraw(5), final);
      await Promise.race([reached.promise, late]);
      const early = await machineOn(inner).send(stream, withdraw(5), final);
      await machineOn(inner).send(stream, deposit(9));
      go.resolve();
      expect(await late).toEqual(early);
      const recorded = early.kind === 'recorded' ? 1 : 0;
      expect(await versionOf(inner, stream)).toBe(1 + recorded);
    },
  );

  it('is given again when it was kept although the store did not answer', async () => {
    const inner = newStore();
    const stream = someStream();
    let isLost = false;
    const { store } = watched(inner, async (call, proceed) => {
      const answer = await proceed();
      if (call !== 'keepAnswer' || isLost) return answer;
      isLost = true;
      throw new KitError('store-unavailable', 'lost', { retryable: true });
    });
    const machine = machineOn(store);
    await expect(machine.send(stream, withdraw(5), final)).rejects.toMatchObject({ retryable: true });
    await machine.send(stream, deposit(9));
    expect(await machine.send(stream, withdraw(5), final)).toMatchObject({ kind: 'rejected' });
    expect(await versionOf(inner, stream)).toBe(1);
  });

  it('holds for a unique value too, which may be free again while the stream stands still', async () => {
    const inner = newStore();
    const [holder, stream] = [someStream(), someStream()];
    const rename: TillCommand = { what: 'rename', data: { name: 'one' } };
    await machineOn(inner).send(holder, rename);
    const [reached, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { store: slow } = watched(inner, async (call, proceed) => {
      if (call === 'appendAll') {
        reached.resolve();
        await go.promise;
      }
      return proceed();
    });
    const late = machineOn(slow).send(stream, rename, final);
    await reached.promise;
    const early = await machineOn(inner).send(stream, rename, final);
    expect(early).toMatchObject({ kind: 'rejected', rejection: { code: 'name-taken' } });
    await machineOn(inner).send(holder, { what: 'unname', data: {} });
    go.resolve();
    expect(await late).toEqual(early);
    expect(await versionOf(inner, stream)).toBe(0);
  });
});
