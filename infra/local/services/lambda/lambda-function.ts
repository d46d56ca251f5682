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
      /** The lines of the stack of what the handler threw. */
      readonly trace?: readonly string[] | undefined;
    };

/** What the caller of a function that has failed gets as its answer. */
export function errorPayload({ errorType, errorMessage, trace }: Extract<InvocationResult, { ok: false }>): object {
  return { errorType, errorMessage, ...(trace !== undefined && { trace }) };
}

/** A running function of the template. Invocations run side by side, each alone in its worker, as in Lambda. */
export type LocalFunction = {
  readonly name: string;
  /** With the version or alias through which it is reached. */
  readonly arn: string;
  /** The version that such a name stands for; `$LATEST` without one. */
  readonly version?: string | undefined;
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
  /** The same function as its versions and aliases reach it, by their names. */
  readonly qualified?: ReadonlyMap<string, LocalFunction>;
  stop(): Promise<void>;
};

/** How asynchronous invocations end (AWS::Lambda::EventInvokeConfig, DeadLetterConfig); each version and alias has settings of its own. */
export type AsyncSettings = {
  readonly asyncRetries?: number | undefined;
  readonly asyncMaximumAgeMs?: number | undefined;
  readonly onAsyncFailure?: ((record: unknown) => void) | undefined;
  readonly onAsyncSuccess?: ((record: unknown) => void) | undefined;
};

/** What a function is made from. The settings are those of invocations that name no version or alias. */
export type FunctionDefinition = AsyncSettings & {
  readonly name: string;
  readonly arn: string;
  /** Unpacked asset folder. */
  readonly codeFolder: string;
  /** As in the template: `index.handler`. */
  readonly handler: string;
  /** As in the template, by which handlers are called; without it `nodejs24.x`. The Node that runs them is that of the run. */
  readonly runtime?: string;
  /** Complete environment: the template's variables, the runtime's own (AWS_REGION, ...) and the endpoint URLs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Checks what it asks of services; without it nothing is denied. */
  readonly guard?: ConnectionGuard | undefined;
  /** Reserved concurrency of the template; without one the processors of the machine are the bound. */
  readonly reservedConcurrency?: number;
  /** Its versions and aliases by name, each with the version that it stands for. */
  readonly qualified?: ReadonlyMap<string, AsyncSettings & { readonly version: string }>;
};

/** What a function is called that is reached without a version or an alias. */
export const LATEST = '$LATEST';

/** The name of a function that is given by name, ARN or partial ARN, with or without a version or an alias. */
export function plainFunctionName(reference: string): string {
  const parts = reference.split(':');
  const marker = parts.indexOf('function');
  return (marker === -1 ? parts[0] : parts[marker + 1]) ?? reference;
}

/** The version or alias of a function that is given by name, ARN or partial ARN. */
export function qualifierOf(reference: string): string | undefined {
  const parts = reference.split(':');
  // Without the word before it, the name comes first.
  return parts[parts.indexOf('function') + 2];
}
