/** What becomes of a command in races and under preconditions, and what is recorded of it. */
import { describe, expect, it } from 'vitest';
import { accept } from '#shared/aggregate/index.ts';
import { MAXIMUM_ATTEMPTS } from '#shared/command/handle-command.ts';
import { KitError, type StreamId } from '#shared/event/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { someStream } from '../../support/commits.ts';
import { machineOn, watched } from '../../support/machine.ts';
import { type TillCommand, tillAggregate, tillEvents } from '../../support/till.ts';

const deposit = (amount: number): TillCommand => ({ what: 'deposit', data: { amount } });
const withdraw = (amount: number): TillCommand => ({ what: 'withdraw', data: { amount } });
const EMPTY: TillCommand = { what: 'empty', data: {} };

/** A store on which others are faster: right before an append, the next of them sends its command. */
function contested(
  stream: StreamId,
  { rivals, before }: { readonly rivals: readonly TillCommand[]; readonly before?: TillCommand },
) {
  const inner = createInMemoryEventStore({ events: tillEvents });
  const left = [...rivals];
  let begun = before === undefined;
  return watched(inner, async (call, proceed) => {
    if (before !== undefined && !begun) await machineOn(inner).send(stream, before);
    begun = true;
    const rival = call === 'append' ? left.shift() : undefined;
    if (rival !== undefined) await machineOn(inner).send(stream, rival);
    return proceed();
  });
}

const times = (count: number) => Array.from({ length: count }, () => deposit(1));

describe('A command, a try of which may still arrive,', () => {
  const rename: TillCommand = { what: 'rename', data: { name: 'corner' } };
  const unavailable = { code: 'store-unavailable', retryable: true };

  it('is not refused for a value that may be free again by then', async () => {
    const [stream, other] = [someStream(), someStream()];
    const inner = createInMemoryEventStore({ events: tillEvents });
    await machineOn(inner).send(other, rename);
    const late: (() => unknown)[] = [];
    const { store } = watched(inner, async (call, proceed) => {
      if (call !== 'appendAll' || late.length > 0) return proceed();
      late.push(proceed);
      return { kind: 'conflict', mayArrive: true };
    });
    await expect(machineOn(store).send(stream, rename)).rejects.toMatchObject(unavailable);
    await machineOn(inner).send(other, { what: 'unname', data: {} });
    expect(await late[0]?.()).toMatchObject({ kind: 'appended' });
    await expect(machineOn(inner).send(other, rename)).resolves.toMatchObject({ kind: 'rejected' });
  });

  it('is refused for a value when no try was lost', async () => {
    const [stream, other] = [someStream(), someStream()];
    const inner = createInMemoryEventStore({ events: tillEvents });
    await machineOn(inner).send(other, rename);
    let conflicts = 2;
    const { store } = watched(inner, (call, proceed) =>
      call === 'appendAll' && conflicts-- > 0 ? Promise.resolve({ kind: 'conflict' }) : proceed(),
    );
    expect(await machineOn(store).send(stream, rename)).toMatchObject({ kind: 'rejected' });
  });

  it('is told no conflict in the end, unless the stream has moved on and keeps the try out', async () => {
    const stream = someStream();
    const inner = createInMemoryEventStore({ events: tillEvents });
    let appends = 0;
    const lost = watched(inner, (call, proceed) =>
      call === 'append'
        ? Promise.resolve({ kind: 'conflict', ...(appends++ === 0 && { mayArrive: true }) })
        : proceed(),
    );
    await expect(machineOn(lost.store).send(stream, deposit(1))).rejects.toMatchObject(unavailable);
    appends = 0;
    const moved = watched(inner, async (call, proceed) => {
      if (call !== 'append') return proceed();
      if (appends++ > 0) return { kind: 'conflict' };
      await machineOn(inner).send(stream, deposit(5));
      return { kind: 'conflict', mayArrive: true };
    });
    expect(await machineOn(moved.store).send(stream, deposit(1))).toMatchObject({ kind: 'conflict' });
  });
});

describe('A command that loses a race', () => {
  it('is decided again on what the winner left, and recorded after it', async () => {
    const stream = someStream();
    const { store, calls } = contested(stream, { rivals: times(2) });
    const machine = machineOn(store);
    expect(await machine.send(stream, deposit(5))).toMatchObject({ kind: 'recorded', version: 3 });
    expect(calls).toEqual(['load', 'append', 'loadTail', 'append', 'loadTail', 'append']);
  });

  it('is refused when the winner left too little', async () => {
    const stream = someStream();
    const { store } = contested(stream, { rivals: [withdraw(5)], before: deposit(5) });
    expect(await machineOn(store).send(stream, withdraw(5))).toMatchObject({
      kind: 'rejected',
      rejection: { fields: { balance: 0 } },
    });
  });

  it('is given up after the last attempt, with growing and jittered delays before', async () => {
    const stream = someStream();
    const { store } = contested(stream, { rivals: times(MAXIMUM_ATTEMPTS) });
    const machine = machineOn(store, { random: () => 1 });
    expect(await machine.send(stream, deposit(5))).toEqual({ kind: 'conflict', attempts: MAXIMUM_ATTEMPTS });
    expect(machine.delays).toEqual([30, 90, 270, 810, 2_430, 3_000, 3_000]);
    const { store: almost } = contested(stream, { rivals: times(MAXIMUM_ATTEMPTS - 1) });
    expect(await machineOn(almost).send(stream, deposit(5))).toMatchObject({ kind: 'recorded' });
  });

  it('whose policy is to fail is answered a conflict after one attempt', async () => {
    const stream = someStream();
    const { store } = contested(stream, { rivals: [deposit(1)], before: deposit(5) });
    const machine = machineOn(store);
    expect(await machine.send(stream, EMPTY)).toEqual({ kind: 'conflict', attempts: 1 });
    expect((await store.load(stream)).token.version).toBe(2);
  });

  it('whose policy is to fail is tried again when nobody has overtaken it: the other write came to nothing', async () => {
    const stream = someStream();
    const inner = createInMemoryEventStore({ events: tillEvents });
    await machineOn(inner).send(stream, deposit(5));
    let inTheWay = 2;
    const { store } = watched(inner, (call, proceed) =>
      call === 'append' && inTheWay-- > 0 ? Promise.resolve({ kind: 'conflict' }) : proceed(),
    );
    expect(await machineOn(store).send(stream, EMPTY)).toMatchObject({ kind: 'recorded', version: 2 });
  });

  it('fails its precondition instead, whatever its policy', async () => {
    for (const command of [withdraw(1), EMPTY]) {
      const stream = someStream();
      const { store } = contested(stream, { rivals: [deposit(1)], before: deposit(5) });
      const precondition = { kind: 'version', version: 1 } as const;
      expect(await machineOn(store).send(stream, command, { precondition })).toEqual({
        kind: 'precondition-failed',
        version: 2,
      });
    }
  });
});

describe('A precondition', () => {
  it.each([
    ['new', 0, true],
    ['new', 1, false],
    ['exists', 0, false],
    ['exists', 1, true],
  ] as const)('"%s" on a stream at version %i holds: %s', async (kind, version, holds) => {
    const stream = someStream();
    const machine = machineOn(createInMemoryEventStore({ events: tillEvents }));
    if (version === 1) await machine.send(stream, deposit(1));
    const outcome = await machine.send(stream, deposit(1), { precondition: { kind } });
    expect(outcome).toMatchObject(
      holds ? { kind: 'recorded', version: version + 1 } : { kind: 'precondition-failed', version },
    );
  });
});

describe('A recorded command', () => {
  it('leaves who, why, when and for what on its commit', async () => {
    const stream = someStream();
    const store = createInMemoryEventStore({ events: tillEvents });
    const times = ['2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00.002Z'];
    const clock = () => new Date(times.shift() ?? '');
    const id = '0199f0aa-0000-7000-8000-000000000000';
    const ids = () => id;
    await machineOn(store, { clock, ids }).send(stream, deposit(5), { who: 'ann', causationId: 'event-9' });
    const { events } = await store.readEvents(stream, { after: 0, limit: 1 });
    expect(events[0]?.context).toEqual({
      id: '0199f0aa-0000-7000-8000-000000000001',
      what: 'MoneyIn',
      when: '2026-01-01T00:00:00.002Z',
      effectiveAt: '2026-01-01T00:00:00.002Z',
      who: 'ann',
      why: { id, what: 'deposit', when: '2026-01-01T00:00:00.001Z', who: 'ann' },
      correlationId: id,
      causationId: 'event-9',
      stream,
      version: 1,
      schemaVersion: 1,
    });
  });

  it('begins a story of its own, also when another stream has had a command with the same id', async () => {
    const store = createInMemoryEventStore({ events: tillEvents });
    const stories = await Promise.all(
      [someStream(), someStream()].map(async (stream) => {
        await machineOn(store).send(stream, deposit(5), { commandId: 'payment 7' });
        const [event] = (await store.readEvents(stream, { after: 0, limit: 1 })).events;
        expect(event?.context.causationId).toBe('payment 7');
        return event?.context.correlationId;
      }),
    );
    expect(new Set(stories).size).toBe(2);
  });

  it('is never recorded at an earlier time than the one before it, whatever clocks say', async () => {
    const stream = someStream();
    const store = createInMemoryEventStore({ events: tillEvents });
    const at = (time: string) => machineOn(store, { clock: () => new Date(time) });
    const [ahead, behind] = [at('2026-01-01T00:00:05.000Z'), at('2026-01-01T00:00:01.000Z')];
    await ahead.send(stream, { what: 'deposit-coins', data: { coins: 100 } });
    await behind.send(stream, deposit(1));
    await behind.send(stream, deposit(1));
    await at('2026-01-01T00:00:09.000Z').send(stream, deposit(1));
    await behind.send(stream, deposit(1));
    const { commits } = await store.load(stream);
    expect(commits.map(({ recordedAt }) => recordedAt.slice(-7))).toEqual([
      '05.000Z',
      '05.000Z',
      '05.000Z',
      '09.000Z',
      '09.000Z',
    ]);
  });

  it('refers to its events as the log has them', async () => {
    const stream = someStream();
    const store = createInMemoryEventStore({ events: tillEvents });
    await machineOn(store).send(stream, deposit(1));
    const outcome = await machineOn(store).send(stream, { what: 'deposit-coins', data: { coins: 2 } });
    const { events } = await store.readEvents(stream, { after: 1, limit: 10 });
    expect(outcome).toMatchObject({
      version: 3,
      events: events.map(({ context: { id, what, version } }) => ({ id, what, version })),
    });
  });
});

describe('What cannot be recorded', () => {
  it('is thrown: a store that does not answer, an event that is not defined', async () => {
    const unavailable = new KitError('store-unavailable', 'down', { retryable: true });
    const { store } = watched(createInMemoryEventStore({ events: tillEvents }), () => Promise.reject(unavailable));
    await expect(machineOn(store).send(someStream(), deposit(1))).rejects.toBe(unavailable);

    const undefinedEvent = { what: 'MoneyVanished', data: { amount: 1 } } as never; // as a mistake in a decider would
    const aggregate = tillAggregate({ decide: () => accept([undefinedEvent]) });
    const machine = machineOn(createInMemoryEventStore({ events: tillEvents }), { aggregate });
    await expect(machine.send(someStream(), deposit(1))).rejects.toMatchObject({
      code: 'unknown-event',
      message: expect.stringContaining('MoneyVanished'),
    });
  });
});
