/** A running function as everything else sees it. */
import type { ConnectionGuard } from '../iam/function-rights.ts';

/** How an invocation ended. A failed one never throws: the caller decides what a failure means for it. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: unknown }
  | {
      readonly ok: false;
      readonly reason: 'error' | 'timeout' | 'crash' | 'throttled';
      readonly errorType: string;
      readonly errorMessage: string;
    };

/** A running function of the template. Invocations run side by side, each alone in its worker, as in Lambda. */
export type LocalFunction = {
  readonly name: string;
  readonly arn: string;
  readonly timeoutMs: number;
  /** How many invocations run side by side before the next waits; undefined where it is throttled (reserved concurrency). */
  readonly sideBySide?: number | undefined;
  /**
   * Synchronous invocation with a JSON value; once it has its turn, it ends at the function's own timeout at the latest. Without an id
   * for it a new one is taken.
   */
  invoke(event: unknown, requestId?: string): Promise<InvocationResult>;
  /** Accepts the event and returns; function errors are retried twice and then go to the on-failure destination. */
  invokeAsync(event: unknown): Promise<void>;
  stop(): Promise<void>;
};

/** What a function is made from. */
export type FunctionDefinition = {
  readonly name: string;
  readonly arn: string;
  /** Unpacked asset folder. */
  readonly codeFolder: string;
  /** As in the template: `index.handler`. */
  readonly handler: string;
  /** Complete environment: the template's variables, the runtime's own (AWS_REGION, ...) and the endpoint URLs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Checks what it asks of services; without it nothing is denied. */
  readonly guard?: ConnectionGuard | undefined;
  /** Reserved concurrency of the template; without one the processors of the machine are the bound. */
  readonly reservedConcurrency?: number;
  /** Asynchronous invocations only (AWS::Lambda::EventInvokeConfig, DeadLetterConfig). */
  readonly asyncRetries?: number;
  readonly asyncMaximumAgeMs?: number;
  readonly onAsyncFailure?: (record: unknown) => void;
  readonly onAsyncSuccess?: (record: unknown) => void;
};

/** The name of a function that is given by name, ARN or partial ARN, with or without a version or an alias. */
export function plainFunctionName(reference: string): string {
  const parts = reference.split(':');
  const marker = parts.indexOf('function');
  return (marker === -1 ? parts[0] : parts[marker + 1]) ?? reference;
}
