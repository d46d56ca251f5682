/** Which failures of DynamoDB mean "not now"? */
import { KitError } from '#shared/event/index.ts';

/** Names of throttling, of a request as of one write of a transaction. */
export const THROTTLED: ReadonlySet<string> = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingError',
  'ThrottlingException',
]);

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

/** Runs a request; what a later try may cure becomes `store-unavailable`, everything else passes as it is. */
export async function orUnavailable<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!isNotNow(error)) throw error;
    throw new KitError('store-unavailable', 'The event store does not answer now. Try again.', {
      retryable: true,
      cause: error,
    });
  }
}

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
