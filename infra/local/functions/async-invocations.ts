/** What becomes of an event that was accepted and whose function then fails? */
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionDefinition, InvocationResult, Log } from '../ports.ts';

/** Where waiting and the age of an event come from. */
export type Time = {
  now(): number;
  /** Rejects when the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
};

export const realTime: Time = {
  now: () => Date.now(),
  wait: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
};

export type AsyncInvocations = {
  /** Returns at once; the outcome reaches the log and the on-failure destination. */
  accept(requestId: string, event: unknown): void;
  /** Drops what still waits. */
  stop(): void;
};

// Lambda developer guide, "Asynchronous invocation": two more attempts after one and two minutes; a throttled event is
// tried again after 1 s, 2 s, 4 s ... at most 5 min, for up to 6 h.
const DEFAULT_RETRIES = 2;
const DEFAULT_MAXIMUM_AGE_MS = 6 * 60 * 60_000;
const ERROR_WAITS_MS = [60_000, 120_000];
const FIRST_THROTTLE_WAIT_MS = 1_000;
const LONGEST_THROTTLE_WAIT_MS = 5 * 60_000;

type Invoke = (requestId: string, event: unknown) => Promise<InvocationResult>;
type Condition = 'RetriesExhausted' | 'EventAgeExceeded';
type Ending = { readonly condition: Condition; readonly invokeCount: number; readonly result: InvocationResult };

/** Function errors are counted and retried, throttling is only waited out; all attempts carry the same request id. */
export function createAsyncInvocations(
  definition: FunctionDefinition,
  invoke: Invoke,
  log: Log,
  time: Time,
): AsyncInvocations {
  const retries = definition.asyncRetries ?? DEFAULT_RETRIES;
  const maximumAgeMs = definition.asyncMaximumAgeMs ?? DEFAULT_MAXIMUM_AGE_MS;
  const stopping = new AbortController();
  let waiting = 0;

  const pause = async (milliseconds: number) => {
    waiting += 1;
    await time.wait(milliseconds, stopping.signal).finally(() => {
      waiting -= 1;
    });
  };

  async function attempt(requestId: string, event: unknown): Promise<Ending | undefined> {
    const expires = time.now() + maximumAgeMs;
    let throttleWaitMs = FIRST_THROTTLE_WAIT_MS;
    for (let invokeCount = 0; ; ) {
      const result = await invoke(requestId, event);
      if (result.ok || stopping.signal.aborted) return undefined;
      const throttled = result.reason === 'throttled';
      if (!throttled) invokeCount += 1;
      if (invokeCount > retries) return { condition: 'RetriesExhausted', invokeCount, result };
      const waitMs = throttled ? throttleWaitMs : (ERROR_WAITS_MS[invokeCount - 1] ?? 120_000);
      if (throttled) throttleWaitMs = Math.min(throttleWaitMs * 2, LONGEST_THROTTLE_WAIT_MS);
      if (time.now() + waitMs > expires) return { condition: 'EventAgeExceeded', invokeCount, result };
      await pause(waitMs);
    }
  }

  async function settle(requestId: string, event: unknown): Promise<void> {
    const ending = await attempt(requestId, event);
    if (ending === undefined) return;
    const where = definition.onAsyncFailure === undefined ? 'dropped' : 'sent to the on-failure destination';
    log(
      'error',
      definition.name,
      `event ${requestId} is ${where}: ${ending.condition} after ${ending.invokeCount} attempts`,
    );
    definition.onAsyncFailure?.(destinationRecord(definition.arn, requestId, event, ending, time.now()));
  }

  return {
    accept(requestId, event) {
      settle(requestId, event).catch((error: unknown) => {
        if (!stopping.signal.aborted) log('error', definition.name, `event ${requestId} is lost: ${String(error)}`);
      });
    },
    stop() {
      if (waiting > 0) log('warn', definition.name, `${waiting} events that waited for a retry are dropped`);
      stopping.abort();
    },
  };
}

/** What Lambda sends to an on-failure destination. */
function destinationRecord(arn: string, requestId: string, event: unknown, ending: Ending, now: number): unknown {
  const { condition, invokeCount, result } = ending;
  const ran = !result.ok && result.reason !== 'throttled';
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: { requestId, functionArn: `${arn}:$LATEST`, condition, approximateInvokeCount: invokeCount },
    requestPayload: event,
    ...(ran && {
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorMessage: result.errorMessage, errorType: result.errorType },
    }),
  };
}
