/** An event that was accepted and whose function fails is tried again; how it ends is told to the destination for that. */
import { counted } from '../../engine/counted.ts';
import { type Clock, wait } from '../../engine/local-clock.ts';
import type { Log } from '../../engine/log.ts';
import { type AsyncSettings, errorPayload, type InvocationResult, LATEST } from './lambda-function.ts';

export type AsyncInvocations = {
  /** Returns at once; the outcome reaches the destination for it, and a failure the log. */
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

/** `arn` has the version or alias that is invoked, and `version` what that stands for; neither without one. */
export type InvokedFunction = AsyncSettings & {
  readonly name: string;
  readonly arn: string;
  readonly version?: string | undefined;
};
type Invoke = (requestId: string, event: unknown) => Promise<InvocationResult>;
type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
type Ending = { readonly condition: Condition; readonly invokeCount: number; readonly result: InvocationResult };

/** Function errors are counted and retried, throttling is only waited out; all attempts carry the same request id. */
export function createAsyncInvocations(
  definition: InvokedFunction,
  invoke: Invoke,
  log: Log,
  clock: Clock,
): AsyncInvocations {
  const retries = definition.asyncRetries ?? DEFAULT_RETRIES;
  const maximumAgeMs = definition.asyncMaximumAgeMs ?? DEFAULT_MAXIMUM_AGE_MS;
  const stopping = new AbortController();
  let waiting = 0;

  async function attempt(requestId: string, event: unknown): Promise<Ending | undefined> {
    const expires = clock.now() + maximumAgeMs;
    let throttleWaitMs = FIRST_THROTTLE_WAIT_MS;
    for (let invokeCount = 0; ; ) {
      const result = await invoke(requestId, event);
      if (result.ok) return { condition: 'Success', invokeCount: invokeCount + 1, result };
      if (stopping.signal.aborted) return undefined;
      const throttled = result.reason === 'throttled';
      if (!throttled) invokeCount += 1;
      if (invokeCount > retries) return { condition: 'RetriesExhausted', invokeCount, result };
      const waitMs = throttled ? throttleWaitMs : (ERROR_WAITS_MS[invokeCount - 1] ?? 120_000);
      if (throttled) throttleWaitMs = Math.min(throttleWaitMs * 2, LONGEST_THROTTLE_WAIT_MS);
      if (clock.now() + waitMs > expires) return { condition: 'EventAgeExceeded', invokeCount, result };
      waiting += 1;
      await wait(waitMs, stopping.signal, clock);
      waiting -= 1;
      if (stopping.signal.aborted) return undefined;
    }
  }

  async function settle(requestId: string, event: unknown): Promise<void> {
    const ending = await attempt(requestId, event);
    if (ending === undefined) return;
    const record = () => destinationRecord(definition, requestId, event, ending, clock.now());
    if (ending.condition === 'Success') {
      definition.onAsyncSuccess?.(record());
      return;
    }
    const where = definition.onAsyncFailure === undefined ? 'dropped' : 'sent to the on-failure destination';
    log(
      'error',
      definition.name,
      `event ${requestId} is ${where}: ${ending.condition} after ${counted(ending.invokeCount, 'attempt')}`,
    );
    definition.onAsyncFailure?.(record());
  }

  return {
    accept(requestId, event) {
      settle(requestId, event).catch((error: unknown) => {
        if (!stopping.signal.aborted) log('error', definition.name, `event ${requestId} is lost: ${String(error)}`);
      });
    },
    stop() {
      const events = `${counted(waiting, 'event')} that waited for a retry ${waiting === 1 ? 'is' : 'are'} dropped`;
      if (waiting > 0) log('warn', definition.name, events);
      stopping.abort();
    },
  };
}

/** What Lambda sends to a destination. */
function destinationRecord(
  { arn, version }: InvokedFunction,
  requestId: string,
  event: unknown,
  ending: Ending,
  now: number,
): unknown {
  const { condition, invokeCount, result } = ending;
  const functionArn = version === undefined ? `${arn}:${LATEST}` : arn;
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: { requestId, functionArn, condition, approximateInvokeCount: invokeCount },
    requestPayload: event,
    ...responseOf(result, version ?? LATEST),
  };
}

/** Nothing for an event that never came to run. */
function responseOf(result: InvocationResult, executedVersion: string): object {
  const responseContext = { statusCode: 200, executedVersion };
  if (result.ok) return { responseContext, responsePayload: result.payload };
  if (result.reason === 'throttled') return {};
  return {
    responseContext: { ...responseContext, functionError: 'Unhandled' },
    responsePayload: errorPayload(result),
  };
}
