/** Functions for tests of mappings: plain objects that remember what they were given. */
import type { Log } from '../../../../../../infra/local/engine/log.ts';
import type { InvocationResult, LocalFunction } from '../../../../../../infra/local/services/lambda/lambda-function.ts';

export const failure: InvocationResult = { ok: false, reason: 'error', errorType: 'Error', errorMessage: 'boom' };
export const throttled: InvocationResult = {
  ok: false,
  reason: 'throttled',
  errorType: 'TooManyRequestsException',
  errorMessage: 'Rate exceeded',
};

export const answer = (payload: unknown = null): InvocationResult => ({ ok: true, payload });
export const failing = (...ids: (string | null)[]): InvocationResult =>
  answer({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

export function functionOf(
  invoke: (event: unknown) => InvocationResult | Promise<InvocationResult>,
): LocalFunction & { readonly events: unknown[] } {
  const events: unknown[] = [];
  return {
    name: 'projector',
    arn: 'arn:aws:lambda:eu-west-1:000000000000:function:projector',
    timeoutMs: 3_000,
    events,
    async invoke(event) {
      events.push(event);
      return invoke(event);
    },
    invokeAsync: () => Promise.reject(new Error('mappings invoke synchronously')),
    stop: async () => {},
  };
}

export function recordedLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, log: (level, source, line) => lines.push(`${level} ${source}: ${line}`) };
}
