/** Which failures of DynamoDB mean "not now"? */
import { KitError } from '#shared/event/index.ts';

const NOT_NOW = new Set([
  'InternalServerError',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ResourceNotFoundException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'ThrottlingException',
  'TimeoutError',
  'AbortError',
]);

/** Network failures of Node carry a system code such as ECONNREFUSED. */
const NETWORK = /^E[A-Z]{3,}$/;

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
