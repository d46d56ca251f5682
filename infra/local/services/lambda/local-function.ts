/** A function of the template runs on this machine as it would in Lambda. */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type Faults, NO_FAULTS } from '../../engine/chaos/faults.ts';
import { type Clock, systemClock } from '../../engine/local-clock.ts';
import type { Log } from '../../engine/log.ts';
import { type AsyncInvocations, createAsyncInvocations } from './async-invocations.ts';
import { chaoticWorker } from './chaotic-worker.ts';
import { type Failure, startWorker, stopped } from './function-worker.ts';
import {
  type AsyncSettings,
  type FunctionDefinition,
  type InvocationResult,
  LATEST,
  type LocalFunction,
} from './lambda-function.ts';
import type { Invoked } from './worker-messages.ts';
import { createWorkerPool } from './worker-pool.ts';

/**
 * Workers of a function without reserved concurrency; in Lambda it shares 1,000 with the account. Here all wait for the
 * same processors, so more than there are of those would only take memory.
 */
const CONCURRENCY = Math.max(2, availableParallelism());

// Lambda quotas: 6 MB for a synchronous request and its response, 1 MB for an asynchronous event.
const REQUEST_LIMIT = 6_291_456;
const RESPONSE_LIMIT = 6_291_556;
const ASYNC_EVENT_LIMIT = 1_048_576;

/**
 * Runs the bundled asset of a function in worker threads, one invocation at a time in each.
 *
 * - The time limit counts from the start of the handler. Loading the module has ten seconds of its own, as in Lambda.
 * - With reserved concurrency an invocation beyond it is throttled at once, as in Lambda. Without, as many run side by
 *   side as the machine has processors, and the next ones wait their turn.
 * - A worker that has had nothing to do for half a minute ends; until then its environment stays warm.
 * - Events and results cross as JSON text: `undefined`, dates and big integers arrive as they would from Lambda.
 * - `invokeAsync` rejects only an event that Lambda would not accept (not JSON, or over 1 MB).
 *
 * The first worker is made at once, so a module that cannot be loaded is reported at the start. `clock` is for tests.
 */
export function createFunction(
  definition: FunctionDefinition,
  log: Log,
  clock: Clock = systemClock,
  faults: Faults = NO_FAULTS,
): LocalFunction {
  let lastLoadFailure = '';
  const start = () => {
    const worker = startWorker(definition, log, ({ details, errorType, errorMessage }) => {
      if (details === lastLoadFailure) return;
      lastLoadFailure = details;
      log('error', definition.name, `${definition.handler} cannot be loaded: ${errorType}: ${errorMessage}`);
      for (const line of details.split('\n').slice(1)) log('error', definition.name, line);
    });
    return chaoticWorker(worker, definition.name, faults);
  };
  const reserved = definition.reservedConcurrency;
  const limits =
    reserved === undefined
      ? ({ workers: CONCURRENCY, whenBusy: 'wait' } as const)
      : ({ workers: reserved, whenBusy: 'throttle' } as const);
  const pool = createWorkerPool(start, limits, clock);

  async function run(
    event: unknown,
    about: Pick<Invoked, 'requestId' | 'functionArn' | 'version'>,
  ): Promise<InvocationResult> {
    const text = jsonText(event);
    if (typeof text !== 'string') return text;
    if (Buffer.byteLength(text) > REQUEST_LIMIT) {
      const limit = `Request must be smaller than ${REQUEST_LIMIT} bytes for the InvokeFunction operation`;
      return refusal('RequestEntityTooLargeException', limit);
    }
    const worker = await pool.acquire();
    if (worker === 'stopped') return stopped();
    if (worker === 'throttled') {
      return { ...refusal('TooManyRequestsException', 'Rate Exceeded.'), reason: 'throttled' };
    }
    const result = await worker.run({ ...about, event: text });
    pool.release(worker);
    if (!result.ok) return result;
    if (Buffer.byteLength(result.payload) > RESPONSE_LIMIT) {
      const limit = `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`;
      log('error', definition.name, limit);
      return refusal('Function.ResponseSizeTooLarge', limit);
    }
    return { ok: true, payload: JSON.parse(result.payload) };
  }

  const pending: AsyncInvocations[] = [];
  const reachedBy = (arn: string, settings: AsyncSettings, version?: string): LocalFunction => {
    const runAs = (requestId: string, event: unknown) =>
      run(event, { requestId, functionArn: arn, version: version ?? LATEST });
    const invoked = { ...settings, name: definition.name, arn, version };
    const asynchronous = createAsyncInvocations(invoked, runAs, log, clock);
    pending.push(asynchronous);
    return {
      name: definition.name,
      arn,
      version,
      timeoutMs: definition.timeoutMs,
      sideBySide: reserved === undefined ? CONCURRENCY : undefined,
      invoke: (event, requestId = randomUUID()) => runAs(requestId, event),
      async invokeAsync(event) {
        asynchronous.accept(randomUUID(), acceptable(event, definition.name));
      },
      async stop() {
        for (const each of pending) each.stop();
        await pool.stop();
      },
    };
  };
  const qualified = [...(definition.qualified ?? [])].map(
    ([qualifier, settings]) =>
      [qualifier, reachedBy(`${definition.arn}:${qualifier}`, settings, settings.version)] as const,
  );
  return { ...reachedBy(definition.arn, definition), qualified: new Map(qualified) };
}

/** The event as the function gets it. Throws when Lambda would not accept it. */
function acceptable(event: unknown, name: string): unknown {
  const text = jsonText(event);
  if (typeof text !== 'string') throw new Error(`${name} refuses the event: ${text.errorMessage}`);
  const size = Buffer.byteLength(text);
  if (size > ASYNC_EVENT_LIMIT) {
    throw new Error(`${name} refuses the event: ${size} bytes, and Lambda takes ${ASYNC_EVENT_LIMIT}.`);
  }
  return JSON.parse(text);
}

function jsonText(event: unknown): string | Failure {
  try {
    return JSON.stringify(event) ?? 'null';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refusal('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
}

function refusal(errorType: string, errorMessage: string): Failure {
  return { ok: false, reason: 'error', errorType, errorMessage };
}
