/** A process's commands reach their context over the wire of Lambda, and a target that fails again and again is left alone. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { carryOutHere, type InvokedCommand } from '#shared/edge/process/carry-out-here.ts';
import { commandSender } from '#shared/edge/process/index.ts';
import { createInMemoryEventStore, type EventStore } from '#shared/event-store/index.ts';
import type { OutgoingCommand } from '#shared/process-manager/index.ts';
import { createLambdaApi } from '../../../../infra/local/services/lambda/lambda-api.ts';
import type { InvocationResult } from '../../../../infra/local/services/lambda/lambda-function.ts';
import { stubAwsEnvironment } from '../../../support/aws-environment.ts';
import { handlingOn, tallies, tally, tallyEvents } from '../../../support/tally.ts';
import { process } from '../../process-manager/bookings.ts';

stubAwsEnvironment();
const FUNCTION = 'tributary-tallies-commands';

let there: EventStore;
let calls = 0;
/** What the commands function of the other context does with an invocation. */
let invoked: (event: unknown) => Promise<InvocationResult>;

const api = createLambdaApi({
  functionNamed: (name) =>
    name === FUNCTION
      ? {
          name,
          arn: `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
          timeoutMs: 1_000,
          invoke: (event) => invoked(event),
          invokeAsync: async () => {},
          stop: async () => {},
        }
      : undefined,
  mappings: () => new Map(),
  log: () => {},
});
let endpoint = '';
beforeAll(async () => {
  endpoint = (await api.listen(0)).url;
});
beforeEach(() => {
  there = createInMemoryEventStore({ events: tallyEvents });
  calls = 0;
  invoked = async (event) => {
    calls += 1;
    const { command } = event as InvokedCommand;
    return { ok: true, payload: await carryOutHere(handlingOn(there), tallies, command) };
  };
});
afterAll(() => api.stop());

function sender(functions: Readonly<Record<string, string>> = { tallies: FUNCTION }) {
  const circuits: [string, boolean][] = [];
  const own = createInMemoryEventStore({ events: tallyEvents });
  const send = commandSender({
    context: { ...tallies, name: 'shops' },
    handling: handlingOn(own),
    lambda: () => new LambdaClient({ endpoint, maxAttempts: 1 }),
    functions,
    onCircuit: (target, isOpen) => circuits.push([target, isOpen]),
  });
  return { send, own, circuits };
}

const counting = (by: number, others: Partial<OutgoingCommand> = {}): OutgoingCommand => ({
  commandId: 'c1',
  context: 'tallies',
  category: 'tally',
  what: 'count',
  id: '1',
  data: { by },
  issuedAt: '2026-11-20T12:00:00.000Z',
  correlationId: 'story',
  causationId: 'cause',
  who: process('7'),
  ...others,
});

const versionIn = async (store: EventStore) => (await store.load(tally('1'))).token.version;

describe('A command of a process', () => {
  it('for its own context is carried out without a call', async () => {
    const { send, own } = sender();
    expect(await send(counting(2, { context: 'shops' }))).toEqual({ kind: 'recorded', version: 1 });
    expect([await versionIn(own), calls]).toEqual([1, 0]);
  });

  it('for another context is carried out there, once for all its copies, as the process', async () => {
    const { send } = sender();
    for (let copy = 1; copy <= 2; copy += 1) expect(await send(counting(2))).toEqual({ kind: 'recorded', version: 1 });
    const { commits } = await there.load(tally('1'));
    expect(commits).toMatchObject([{ who: 'booking-7', correlationId: 'story', causationId: 'cause' }]);
  });

  it('is answered with the code of a refusal, and that nothing changes', async () => {
    const { send } = sender();
    expect(await send(counting(-1))).toEqual({ kind: 'rejected', code: 'below-zero' });
    expect(await send(counting(0, { commandId: 'c2' }))).toEqual({ kind: 'unchanged', version: 0 });
  });

  it.each([
    ['a command that the context does not have', counting(1, { what: 'uncount' }), 'there is no such command.'],
    ['data that do not fit', counting(1, { data: { by: 'x' } }), 'by: '],
    ['a context that is gone', counting(1, { context: 'gone' }), 'there is no context gone.'],
  ])('cannot be carried out with %s, and says so', async (_, command, reason) => {
    await expect(sender().send(command)).rejects.toMatchObject({
      code: 'command-not-carried-out',
      retryable: false,
      message: expect.stringContaining(
        `booking-7 has sent ${command.what} to tally-1, and it cannot be carried out: ${reason}`,
      ),
    });
  });

  it('may be tried again when the other function fails; it is left alone after five failures, and told so', async () => {
    const { send, circuits } = sender();
    invoked = async () => {
      calls += 1;
      return { ok: false, reason: 'error', errorType: 'Error', errorMessage: 'on purpose' };
    };
    for (let failure = 1; failure <= 5; failure += 1) {
      await expect(send(counting(1))).rejects.toMatchObject({ code: 'store-unavailable', retryable: true });
    }
    expect(circuits).toEqual([['tallies', true]]);
    await expect(send(counting(1))).rejects.toMatchObject({ message: expect.stringContaining('is left alone') });
    expect(calls).toBe(5);
    // Its own context has nothing to do with that.
    expect(await send(counting(1, { context: 'shops' }))).toMatchObject({ kind: 'recorded' });
  });
});
