/** An accepted command is carried out once, in the order of its stream, whatever fails and however often its message comes. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandEntry } from '#shared/command/index.ts';
import { KitError } from '#shared/event/index.ts';
import { acceptedTallies, MAXIMUM_RECEIVES } from '../../../support/accepted-tallies.ts';
import { tally } from '../../../support/tally.ts';
import { aroundCalls } from '../../projection/around-calls.ts';
import { by } from '../http/edge.ts';

beforeEach(() => {
  for (const level of ['error', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

type Tallies = ReturnType<typeof acceptedTallies>;

const away = () => Promise.reject(new KitError('store-unavailable', 'away', { retryable: true }));
const later = (key: string) => ({ prefer: 'respond-async', 'idempotency-key': key });
const accept = (tallies: Tallies, id: string, key: string, number = 1) =>
  tallies.command('count', id, { body: by(number), headers: later(key) });
const status = async ({ statusOf }: Tallies, id: string, key: string) => (await statusOf(`tally-${id}`, key)).json;

/** What was counted of a tally, in order. */
const countedOf = async ({ store }: Tallies, id: string) =>
  (await store.readEvents(tally(id), { after: 0, limit: 1_000 })).events.map(({ data }) => (data as { by: number }).by);

/** Delivers, and lets the time go on, until nothing is left in the queue. */
async function deliverAll(tallies: Tallies, max = 1): Promise<void> {
  const { messages, time, deliver } = tallies;
  for (let round = 0; round < 50; round += 1) {
    await deliver({ max });
    const { visible, inFlight, delayed } = messages.counts();
    if (visible + inFlight + delayed === 0) return;
    time.advance(60_000);
  }
  throw new Error('the queue does not become empty');
}

describe('Accepted commands', () => {
  it.each([1, 10])('are carried out in the order of acceptance, %i in a batch, each stream for itself', async (max) => {
    const tallies = acceptedTallies();
    for (let number = 1; number <= 20; number += 1) {
      for (const id of ['1', '2', '3']) await accept(tallies, id, `k${number}`, number);
    }
    await tallies.deliver({ max });
    for (const id of ['1', '2', '3']) {
      expect(await countedOf(tallies, id)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    }
  });

  it.each([1, 10])('wait behind one that cannot be carried out now, %i in a batch, and others do not', async (max) => {
    let isAway = true;
    const tallies = acceptedTallies({
      store: (inner) =>
        aroundCalls(inner, (call, proceed, [stream]) =>
          isAway && call === 'load' && stream === tally('1') ? away() : proceed(),
        ),
    });
    for (let number = 1; number <= 5; number += 1) {
      for (const id of ['1', '2']) await accept(tallies, id, `k${number}`, number);
    }
    await tallies.deliver({ max });
    expect([await countedOf(tallies, '1'), await countedOf(tallies, '2')]).toEqual([[], [1, 2, 3, 4, 5]]);
    expect((await status(tallies, '1', 'k1')).status).toBe('pending');
    isAway = false;
    tallies.time.advance(999);
    await tallies.deliver({ max });
    expect(await countedOf(tallies, '1')).toEqual([]);
    tallies.time.advance(1);
    await tallies.deliver({ max });
    expect(await countedOf(tallies, '1')).toEqual([1, 2, 3, 4, 5]);
  });

  it('are carried out as of when they were accepted: by whom, under which id and story', async () => {
    const tallies = acceptedTallies();
    await tallies.command('count', '1', {
      body: by(1),
      headers: { ...later('k'), 'x-correlation-id': 'story' },
      userArn: 'arn:aws:iam::000000000000:user/ada',
    });
    tallies.time.advance(90_000);
    await tallies.deliver();
    const [event] = (await tallies.store.readEvents(tally('1'), { after: 0, limit: 1 })).events;
    expect(event?.context).toMatchObject({
      who: 'ada',
      why: { id: 'k', what: 'count' },
      correlationId: 'story',
      causationId: 'k',
    });
  });

  it('are recognised after more than a hundred others, if the message comes again', async () => {
    let isAway = true;
    const tallies = acceptedTallies({
      log: (inner) =>
        aroundCalls(inner, (call, proceed, [entry]) =>
          isAway && call === 'write' && (entry as CommandEntry).ending !== undefined ? away() : proceed(),
        ),
    });
    await accept(tallies, '1', 'k', 7);
    await tallies.deliver();
    isAway = false;
    tallies.restart();
    for (let number = 0; number < 150; number += 1) await tallies.command('count', '1', { body: by(1) });
    await deliverAll(tallies);
    expect((await countedOf(tallies, '1')).filter((number) => number === 7)).toHaveLength(1);
    expect(await status(tallies, '1', 'k')).toMatchObject({ status: 'recorded', version: 1 });
  });

  it('are left alone once their ending is in the log, if the message comes again: who was refused stays refused', async () => {
    const tallies = acceptedTallies({
      log: (inner) =>
        aroundCalls(inner, async (call, proceed, [entry]) => {
          const answer = await proceed();
          return call === 'write' && (entry as CommandEntry).ending !== undefined ? away() : answer;
        }),
    });
    await accept(tallies, '1', 'k', -1);
    await tallies.deliver();
    expect((await status(tallies, '1', 'k')).status).toBe('rejected');
    await tallies.command('count', '1', { body: by(5) });
    await deliverAll(tallies);
    expect(await countedOf(tallies, '1')).toEqual([5]);
    expect((await status(tallies, '1', 'k')).status).toBe('rejected');
  });

  it('fail with the problem of a direct answer when nothing can cure it, and stop nobody', async () => {
    let isBroken = true;
    const tallies = acceptedTallies({
      store: (inner) =>
        aroundCalls(inner, (call, proceed) =>
          isBroken && call === 'load' ? Promise.reject(new Error('a bug, with arn:aws:secrets')) : proceed(),
        ),
    });
    await accept(tallies, '1', 'k1');
    await tallies.deliver();
    expect(await status(tallies, '1', 'k1')).toMatchObject({ status: 'failed', problem: { status: 500 } });
    expect(JSON.stringify(await status(tallies, '1', 'k1'))).not.toContain('arn:');
    isBroken = false;
    await accept(tallies, '1', 'k2');
    // What has failed is carried out when it is sent again.
    await accept(tallies, '1', 'k1');
    await tallies.deliver();
    expect(await status(tallies, '1', 'k1')).toMatchObject({ status: 'recorded', version: 2 });
  });

  it.each([
    ['come back after a conflict', 'count', 'recorded', undefined],
    ['are rejected after a conflict that they want to be told', 'count-once', 'rejected', 409],
  ])('%s', async (_, what, expected, problem) => {
    let conflicts = 9;
    const tallies = acceptedTallies({
      store: (inner) =>
        aroundCalls(inner, async (call, proceed, args) => {
          if (call !== 'append' || conflicts-- <= 0) return proceed();
          // Somebody else is faster.
          const [token, commit] = args as Parameters<typeof inner.append>;
          await inner.append(token, { ...commit, why: { ...commit.why, id: `other-${conflicts}` } } as typeof commit);
          return { kind: 'conflict' };
        }),
    });
    await tallies.command(what, '1', { body: by(1), headers: later('k') });
    await deliverAll(tallies);
    expect(await status(tallies, '1', 'k')).toMatchObject({
      status: expected,
      ...(problem && { problem: { status: problem } }),
    });
  });
});

describe('A command that cannot be carried out for too long', () => {
  async function givenUp(logFails: (call: string) => boolean = () => false) {
    let isAway = true;
    const tallies = acceptedTallies({
      log: (inner) => aroundCalls(inner, (call, proceed) => (logFails(call) ? away() : proceed())),
      store: (inner) => aroundCalls(inner, (call, proceed) => (isAway && call === 'load' ? away() : proceed())),
    });
    await accept(tallies, '1', 'k1', 1);
    for (let receives = 0; receives < MAXIMUM_RECEIVES; receives += 1) {
      await tallies.deliver();
      tallies.time.advance(60_000);
    }
    isAway = false;
    await accept(tallies, '1', 'k2', 2);
    await tallies.deliver();
    return tallies;
  }

  it('has failed once it is a dead letter, and those behind it are carried out', async () => {
    const tallies = await givenUp();
    expect(tallies.dead.counts().visible).toBe(1);
    expect((await status(tallies, '1', 'k1')).status).toBe('pending');
    await tallies.deliver({ from: tallies.dead });
    expect(await status(tallies, '1', 'k1')).toMatchObject({ status: 'failed', problem: { status: 503 } });
    expect(tallies.dead.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(console.error).toHaveBeenCalledWith(expect.stringMatching(/^Gave up count of tally-1, accepted at /));
    expect(await countedOf(tallies, '1')).toEqual([2]);
  });

  it('is carried out when it is sent again', async () => {
    const tallies = await givenUp();
    await tallies.deliver({ from: tallies.dead });
    await accept(tallies, '1', 'k1', 1);
    await tallies.deliver();
    expect(await status(tallies, '1', 'k1')).toMatchObject({ status: 'recorded', version: 2 });
  });

  it('has not failed when it was accepted again meanwhile', async () => {
    const tallies = await givenUp();
    tallies.time.advance(6 * 60_000);
    await accept(tallies, '1', 'k1', 1);
    await tallies.deliver();
    await tallies.deliver({ from: tallies.dead });
    expect((await status(tallies, '1', 'k1')).status).toBe('recorded');
  });

  it('has failed when that can be written down, and not before', async () => {
    let isLogAway = false;
    const tallies = await givenUp((call) => isLogAway && call === 'write');
    isLogAway = true;
    await tallies.deliver({ from: tallies.dead });
    expect((await status(tallies, '1', 'k1')).status).toBe('pending');
    isLogAway = false;
    tallies.time.advance(150_000);
    await tallies.deliver({ from: tallies.dead });
    expect((await status(tallies, '1', 'k1')).status).toBe('failed');
  });
});

/** The calls between which a consumer or an endpoint may crash, before or after each of them. */
type Crash = { readonly at: number; readonly when: 'before' | 'after' };

const crash = fc.record({ at: fc.nat({ max: 60 }), when: fc.constantFrom('before' as const, 'after' as const) });
const sent = fc.record({
  id: fc.constantFrom('1', '2'),
  key: fc.constantFrom('a', 'b', 'c'),
  number: fc.constantFrom(1, 2, -1),
  deliver: fc.nat({ max: 2 }),
});

describe('Whatever fails between any two steps', () => {
  it('an acceptance that was answered ends, a command is recorded once, and the log says what the stream has', async () => {
    await fc.assert(fc.asyncProperty(fc.array(sent, { maxLength: 12 }), fc.array(crash, { maxLength: 6 }), check), {
      numRuns: 300,
    });
  });

  async function check(
    commands: readonly { id: string; key: string; number: number; deliver: number }[],
    crashes: readonly Crash[],
  ) {
    let calls = 0;
    const around = <Port extends object>(port: Port) =>
      aroundCalls(port, async (_, proceed) => {
        calls += 1;
        const at = calls;
        const strikes = (when: Crash['when']) => crashes.some((one) => one.at === at && one.when === when);
        if (strikes('before')) return away();
        const answer = await proceed();
        return strikes('after') ? away() : answer;
      });
    const tallies = acceptedTallies({ store: around, log: around, queue: around });
    const answered = new Set<string>();
    for (const { id, key, number, deliver } of commands) {
      const { statusCode } = await accept(tallies, id, key, number);
      if (statusCode === 202) answered.add(`${id} ${key}`);
      else expect(statusCode).toBe(503);
      for (let n = 0; n < deliver; n += 1)
        await tallies.hand(tallies.messages, await tallies.receive(tallies.messages, 1));
      tallies.time.advance(1_000);
    }
    for (let round = 0; round < 8; round += 1) {
      tallies.time.advance(VISIBILITY_MS);
      await tallies.deliver();
      await tallies.deliver({ from: tallies.dead });
    }
    expect(tallies.messages.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    for (const id of ['1', '2']) {
      const { events } = await tallies.store.readEvents(tally(id), { after: 0, limit: 1_000 });
      const keys = events.map(({ context }) => context.why?.id);
      expect(new Set(keys).size).toBe(keys.length);
      for (const key of ['a', 'b', 'c']) {
        const entry = await tallies.log.read(tally(id), key);
        if (answered.has(`${id} ${key}`)) expect(entry).toBeDefined();
        if (entry === undefined) continue;
        const told = await status(tallies, id, key);
        expect(told.status).not.toBe('pending');
        if (told.status === 'recorded') expect(keys[Number(told.version) - 1]).toBe(key);
      }
    }
  }

  const VISIBILITY_MS = 150_000;
});
