/** Tributary throws one class, told apart by `code`; everything else that is thrown is a bug. */

/** A failure that a caller can act on. `retryable` says that the same call may succeed later, unchanged. */
export class KitError extends Error {
  readonly code: KitErrorCode;
  readonly retryable: boolean;

  constructor(code: KitErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'KitError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

export const isKitError = (error: unknown, code?: KitErrorCode): error is KitError =>
  error instanceof KitError && (code === undefined || error.code === code);

/** Throws `out-of-time` once a signal is aborted. */
export function assertInTime(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new KitError('out-of-time', 'The time for this is up, and nobody waits for the answer.', { retryable: true });
}

type KitErrorCode =
  | 'stream-corrupted'
  | 'unknown-event'
  | 'commit-too-large'
  | 'too-many-streams'
  | 'row-too-large'
  | 'parked'
  | 'event-not-applied'
  | 'command-not-carried-out'
  | 'invalid-identifier'
  | 'store-unavailable'
  | 'out-of-time';
