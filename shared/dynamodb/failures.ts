/** Failures of DynamoDB that a later try may cure are told as "not now"; all others pass as they are. */
import type { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { assertInTime, KitError } from '#shared/event/index.ts';

/** Names of throttling, of a request as of one write of a transaction. */
const THROTTLED: ReadonlySet<string> = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingError',
  'ThrottlingException',
]);

/**
 * Runs a request, or several; what a later try may cure becomes `store-unavailable`, everything else passes as it is. Once the
 * signal is aborted nothing is begun, and what was under way is `out-of-time`; requests must be sent with it.
 */
export async function orUnavailable<T>(request: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  assertInTime(signal);
  try {
    return await request();
  } catch (error) {
    assertInTime(signal);
    if (!isNotNow(error)) throw error;
    throw new KitError('store-unavailable', 'The event store does not answer now. Try again.', {
      retryable: true,
      cause: error,
    });
  }
}

const NOT_NOW: ReadonlySet<string> = new Set([
  ...THROTTLED,
  'AbortError',
  'InternalServerError',
  'RequestTimeout',
  'ResourceNotFoundException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TimeoutError',
  // An earlier try of the same transaction is still under way: it may yet be written.
  'TransactionInProgressException',
]);

/** Network failures carry a code of the system such as ECONNREFUSED or EAI_AGAIN; Node's own begin with ERR_. */
const NETWORK = /^E(?!RR_)[A-Z_]{3,}$/;

function isNotNow(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } }; // what the SDK adds
  return (
    NOT_NOW.has(error.name) ||
    (typeof code === 'string' && NETWORK.test(code)) ||
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    (error instanceof AggregateError && error.errors.some(isNotNow))
  );
}

/** A cancelled transaction under the name of the throttling that one of its writes has met, so that it means "not now"; nothing when none has. */
export function throttlingIn(error: TransactionCanceledException): Error | undefined {
  const throttled = error.CancellationReasons?.find(({ Code }) => THROTTLED.has(Code ?? ''));
  return throttled && Object.assign(error, { name: throttled.Code });
}
