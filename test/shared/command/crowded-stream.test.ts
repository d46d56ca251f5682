/** Fifty writers meet on one stream, on a simulated clock: what no rule refuses gets through, however many are faster. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AnyAggregate, defineAggregate } from '#shared/aggregate/index.ts';
import { handleCommand } from '#shared/command/handle-command.ts';
import { type CommandOutcome, createStateCache } from '#shared/command/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { createDraws } from '../../simulation/draws.ts';
import { createSimulatedTime } from '../../simulation/simulated-time.ts';
import { someStream } from '../../support/commits.ts';
import { watched } from '../../support/machine.ts';
import { handlingOn } from '../../support/tally.ts';
import { tillAggregate, tillEvents } from '../../support/till.ts';

type Policy = NonNullable<AnyAggregate['commands'][string]['onConflict']>;

function tillWith(onConflict: Policy): AnyAggregate {
  const till = tillAggregate();
  const { deposit } = till.commands;
  if (deposit === undefined) throw new Error('nothing can be put into a till');
  return defineAggregate({ ...till, commands: { deposit: { ...deposit, onConflict } } });
}

const WRITERS = 50;
const COMMANDS = 3;
/** Of a function behind HTTP, of which the last second is kept for the answer. */
const REQUEST_MS = 24_000;
const RUN_MS = 10 * 60_000;

/** Each writer remembers for itself and sends its next command when the last is answered; requests take 16 to 32 ms. */
async function crowd(onConflict: Policy) {
  const time = createSimulatedTime(0);
  const draws = createDraws(7);
  const wait = (milliseconds: number) => new Promise<void>((resolve) => time.after(milliseconds, resolve));
  const inner = createInMemoryEventStore({ events: tillEvents });
  const { store } = watched(inner, async (_, proceed) => {
    await wait(8 + 8 * draws.share('way there'));
    const answer = await proceed();
    await wait(8 + 8 * draws.share('way back'));
    return answer;
  });
  const { clock, ids } = handlingOn(inner);
  const random = () => draws.share('pause');
  const [stream, aggregate] = [someStream(), tillWith(onConflict)];
  const outcomes: CommandOutcome[] = [];
  const took: number[] = [];
  const delays: number[] = [];
  const writer = async () => {
    const sleep = (milliseconds: number) => {
      delays.push(milliseconds);
      return wait(milliseconds);
    };
    const handling = { store, cache: createStateCache(), clock, ids, random, sleep };
    const command = { what: 'deposit', data: { amount: 1 } };
    for (let sent = 0; sent < COMMANDS; sent += 1) {
      const begun = time.now();
      outcomes.push(await handleCommand(handling, aggregate, { stream, command, who: 'scanner' }));
      took.push(time.now() - begun);
    }
  };
  const running = Promise.all(Array.from({ length: WRITERS }, writer));
  await time.pass(RUN_MS);
  await running;
  const { version } = (await inner.load(stream)).token;
  return { version, conflicts: outcomes.filter(({ kind }) => kind === 'conflict').length, took, delays };
}

describe('Fifty writers on one stream', () => {
  it('all get through within a request, each command once, when no rule refuses what they write', async () => {
    const { version, conflicts, took, delays } = await crowd('until-out-of-time');
    expect({ version, conflicts }).toEqual({ version: WRITERS * COMMANDS, conflicts: 0 });
    expect(Math.max(...took)).toBeLessThan(REQUEST_MS);
    expect(Math.max(...delays)).toBeLessThanOrEqual(3_000);
  });

  it('do not all get through when each gives up after eight attempts', async () => {
    const { version, conflicts } = await crowd('retry');
    expect(conflicts).toBeGreaterThan(0);
    expect(version).toBe(WRITERS * COMMANDS - conflicts);
  });
});

describe('A command that is tried until its time is over', () => {
  const endless = () => watched(createInMemoryEventStore({ events: tillEvents }), contended);
  const contended = (call: string, proceed: () => Promise<unknown>) =>
    call === 'append' ? Promise.resolve({ kind: 'conflict' }) : proceed();
  const command = { what: 'deposit', data: { amount: 1 } };

  it('ends out of time, never in a conflict, with pauses that stay bounded', async () => {
    const { store, calls } = endless();
    const caller = new AbortController();
    const delays: number[] = [];
    const sleep = async (milliseconds: number) => {
      if (delays.push(milliseconds) === 30) caller.abort();
    };
    const handling = { ...handlingOn(store), random: () => 1, sleep };
    const request = { stream: someStream(), command, who: 'scanner', signal: caller.signal };
    await expect(handleCommand(handling, tillWith('until-out-of-time'), request)).rejects.toMatchObject({
      code: 'out-of-time',
      retryable: true,
    });
    expect(calls.filter((call) => call === 'append')).toHaveLength(30);
    expect(delays.slice(0, 6)).toEqual([30, 90, 270, 810, 2_430, 3_000]);
    expect(Math.max(...delays)).toBe(3_000);
  });

  it('fails its precondition as soon as that is seen to be broken', async () => {
    const inner = createInMemoryEventStore({ events: tillEvents });
    const stream = someStream();
    const aggregate = tillWith('until-out-of-time');
    const { store } = watched(inner, async (call, proceed) => {
      const faster = { ...handlingOn(inner), ids: randomUUID };
      if (call === 'append') await handleCommand(faster, aggregate, { stream, command, who: 'faster' });
      return proceed();
    });
    const precondition = { kind: 'new' } as const;
    const request = { stream, command, who: 'scanner', precondition };
    expect(await handleCommand(handlingOn(store), aggregate, request)).toEqual({
      kind: 'precondition-failed',
      version: 1,
    });
  });
});
