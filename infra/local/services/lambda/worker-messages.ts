/** What a function's worker thread and the thread that owns it say to each other. */
import type { Log } from '../../engine/log.ts';
import type { ConnectionGuard } from '../iam/function-rights.ts';

/** Given to the worker when it starts. */
export type WorkerSetup = {
  readonly codeFolder: string;
  readonly handler: string;
  /** As in the template: `nodejs24.x`. */
  readonly runtime: string;
  readonly functionName: string;
  readonly memoryMb: number;
  /** A file whose packages stand for those of Lambda's runtime. */
  readonly runtimeFile: string;
  /** Without it nothing is denied. */
  readonly guard?: ConnectionGuard | undefined;
};

/** What is invoked, and with what. */
export type Invoked = {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  /** With the version or alias that is invoked. */
  readonly functionArn: string;
  /** The one behind that name, or `$LATEST`. */
  readonly version: string;
};

/** Sent to the worker, one at a time: the next one only after the answer to the last. */
export type Invocation = Invoked & {
  /** The tracing header, `Root=...;Parent=...;Sampled=0`. */
  readonly trace: string;
  /** When the invocation is ended by force, in milliseconds since the epoch. */
  readonly deadline: number;
};

/** An error as Lambda reports it; `details` is the readable form with stack and cause, for the log alone. */
export type ReportedError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
  readonly details: string;
};

/** Sent by the worker, in the order in which things happened in it. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-ready'; readonly error: ReportedError }
  | { readonly kind: 'log'; readonly level: Parameters<Log>[0]; readonly text: string }
  /** `payload` is JSON text. */
  | { readonly kind: 'returned'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly error: ReportedError }
  /** Something outside the handler's own promise failed; the thread ends after it. */
  | { readonly kind: 'died'; readonly error: ReportedError };
