/** A decision on remembered state is never a wrong one. */
import { describe, expect, it } from 'vitest';
import { createStateCache } from '#shared/command/index.ts';
import type { StreamState } from '#shared/command/stream-state.ts';
import type { StreamId } from '#shared/event/index.ts';
import { tokenAt } from '#shared/event-store/event-store.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { someStream } from '../../support/commits.ts';
import { machineOn, watched } from '../../support/machine.ts';
import { type TillCommand, tillAggregate, tillDecider, tillEvents } from '../../support/till.ts';

const deposit = (amount: number): TillCommand => ({ what: 'deposit', data: { amount } });
const withdraw = (amount: number): TillCommand => ({ what: 'withdraw', data: { amount } });
const rename = (name: string): TillCommand => ({ what: 'rename', data: { name } });
const EMPTY: TillCommand = { what: 'empty', data: {} };

/** Two machines that know the stream, of which the first has since done more. */
async function staleMachine(before: TillCommand[], meanwhile: TillCommand[]) {
  const { store, calls } = watched(createInMemoryEventStore({ events: tillEvents }));
  const stream = someStream();
  const [other, stale] = [machineOn(store), machineOn(store)];
  for (const command of before) await stale.send(stream, command);
  for (const command of meanwhile) await other.send(stream, command);
  calls.length = 0;
  return { stale, stream, calls, store };
}

describe('On a stream that it knows, a machine', () => {
  it('needs one request for a command, and a read and a write for the first one', async () => {
    const { stale, stream, calls } = await staleMachine([], []);
    await stale.send(stream, deposit(1));
    expect(calls.splice(0)).toEqual(['load', 'append']);
    await stale.send(stream, withdraw(1));
    expect(calls).toEqual(['append']);
  });

  it('never refuses for what is no longer so', async () => {
    const { stale, stream, calls } = await staleMachine([deposit(1)], [deposit(9)]);
    expect(await stale.send(stream, withdraw(10))).toMatchObject({ kind: 'recorded', version: 3 });
    expect(calls).toEqual(['loadTail', 'append']);
  });

  it('refuses after a fresh read, with what is so now', async () => {
    const { stale, stream, calls } = await staleMachine([deposit(5)], [withdraw(2)]);
    const outcome = await stale.send(stream, withdraw(9));
    expect(outcome).toMatchObject({ kind: 'rejected', rejection: { fields: { balance: 3 } } });
    expect(calls).toEqual(['loadTail']);
  });

  it('never accepts for what is no longer so', async () => {
    const { stale, stream, store } = await staleMachine([deposit(5)], [withdraw(5)]);
    expect(await stale.send(stream, withdraw(5))).toMatchObject({
      kind: 'rejected',
      rejection: { fields: { balance: 0 } },
    });
    expect((await store.load(stream)).token.version).toBe(2);
  });

  it('never says that there is nothing to change when there is', async () => {
    const { stale, stream } = await staleMachine([deposit(5), EMPTY], [deposit(3)]);
    expect(await stale.send(stream, EMPTY)).toMatchObject({ kind: 'recorded', version: 4 });
  });

  it('never fails a precondition that holds, nor passes one that does not', async () => {
    const holding = await staleMachine([deposit(5)], [deposit(3)]);
    const precondition = { kind: 'version', version: 2 } as const;
    expect(await holding.stale.send(holding.stream, deposit(1), { precondition })).toMatchObject({ kind: 'recorded' });
    const failing = await staleMachine([deposit(5)], [deposit(3)]);
    const outdated = { kind: 'version', version: 1 } as const;
    expect(await failing.stale.send(failing.stream, deposit(1), { precondition: outdated })).toEqual({
      kind: 'precondition-failed',
      version: 2,
    });
  });

  it('does not call its own ignorance a conflict', async () => {
    const { stale, stream } = await staleMachine([deposit(5)], [deposit(3)]);
    const outcome = await stale.send(stream, EMPTY);
    expect(outcome).toMatchObject({ kind: 'recorded', version: 3 });
    expect(stale.delays).toEqual([]);
  });

  it('never refuses a unique value for the sake of a name that the stream no longer wants', async () => {
    const { stale, stream, calls, store } = await staleMachine([rename('a')], [rename('b')]);
    await machineOn(store).send(someStream(), rename('a'));
    calls.length = 0;
    expect(await stale.send(stream, rename('b'))).toEqual({ kind: 'unchanged', version: 2 });
    expect(await stale.send(stream, rename('a'))).toMatchObject({
      kind: 'rejected',
      rejection: { code: 'name-taken' },
    });
  });

  it('refuses a taken unique value after a fresh read only', async () => {
    const { stale, stream, calls, store } = await staleMachine([deposit(1)], []);
    await machineOn(store).send(someStream(), rename('taken'));
    calls.length = 0;
    expect(await stale.send(stream, rename('taken'))).toMatchObject({ kind: 'rejected' });
    expect(calls).toEqual(['appendAll', 'loadTail', 'appendAll']);
  });

  it('remembers the state as it would be read, not as it was decided', async () => {
    const store = createInMemoryEventStore({ events: tillEvents });
    const stream = someStream();
    const seen: string[] = [];
    const aggregate = tillAggregate({
      evolve(state, event) {
        seen.push(Object.keys(event.data).join());
        return tillDecider.evolve(state, event);
      },
    });
    await machineOn(store, { aggregate }).send(stream, { what: 'deposit', data: { amount: 1, memo: undefined } });
    await machineOn(store, { aggregate }).send(stream, withdraw(9));
    expect(seen).toEqual(['amount', 'amount']);
  });
});

describe('The streams that a machine knows', () => {
  const known = (stream: StreamId, stateBytes = 10): StreamState => ({
    token: tokenAt(stream, 1),
    state: {},
    commands: [],
    sinceSnapshot: { commits: 0, bytes: 0 },
    recordedAt: undefined,
    correlationId: undefined,
    stateBytes,
  });

  it('are a bounded few: the one that was least recently asked for or told goes first', () => {
    const [a, b, c, d] = [someStream(), someStream(), someStream(), someStream()] as const;
    const cache = createStateCache(3);
    for (const stream of [a, b, c]) cache.set(known(stream));
    cache.get(a);
    cache.set(known(b));
    cache.set(known(d));
    expect(cache.get(c)).toBeUndefined();
    for (const stream of [a, b, d]) expect(cache.get(stream)?.token.stream).toBe(stream);
  });

  it('take a bounded part of the memory: as many of the oldest go as a large one needs, and none for one that is too large', () => {
    const [a, b, c, d] = [someStream(), someStream(), someStream(), someStream()] as const;
    const cache = createStateCache(9, 100);
    for (const stream of [a, b, c]) cache.set(known(stream, 30));
    cache.set(known(d, 60));
    expect([a, b, c, d].map((stream) => cache.get(stream) !== undefined)).toEqual([false, false, true, true]);
    cache.set(known(d, 10));
    cache.set(known(a, 60));
    expect([a, c, d].map((stream) => cache.get(stream) !== undefined)).toEqual([true, true, true]);
    cache.set(known(b, 101));
    expect([a, b, c, d].map((stream) => cache.get(stream) !== undefined)).toEqual([true, false, true, true]);
  });

  it('weigh what their states do, whether read, written or both', async () => {
    const store = createInMemoryEventStore({ events: tillEvents });
    const stream = someStream();
    const weights = async (commands: readonly TillCommand[]) => {
      const cache = createStateCache();
      for (const command of commands) await machineOn(store, { cache }).send(stream, command);
      return cache.get(stream)?.stateBytes ?? 0;
    };
    const written = await weights([deposit(1), deposit(1)]);
    expect(written).toBeGreaterThan(2 * '{"amount":1}'.length);
    expect(await weights([EMPTY, EMPTY])).toBeGreaterThan(written);
    expect(await weights(Array.from({ length: 100 }, () => deposit(1)))).toBeLessThan(100 * 200);
  });

  it('are told once each, by the newest', () => {
    const cache = createStateCache(1);
    const stream = someStream();
    cache.set(known(stream));
    cache.set({ ...known(stream), token: tokenAt(stream, 2) });
    expect(cache.get(stream)?.token.version).toBe(2);
  });
});
