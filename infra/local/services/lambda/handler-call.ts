/**
 * How a handler gives its answer. Until Node.js 22 it may return a promise, call back, or have nothing to say, which is null once nothing
 * is left to do; from 24 on its answer is what it returns. Source: the runtime client of Lambda, versions 3 and 4.
 */
import { types } from 'node:util';
import type { Handler } from './load-handler.ts';

/** What a handler of the runtime may not be. Throws with the name and the words of Lambda. */
export function checkHandler(handler: Handler, runtime: string): void {
  if (handler.length < 3 || callsBack(runtime)) return;
  const error = new Error(
    'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify ' +
      'this function to use a supported handler signature to use Node.js 24 or later. For more information see ' +
      'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
  );
  error.name = 'Runtime.CallbackHandlerDeprecated';
  throw error;
}

/** Tells once that nothing is left to do in the thread but to wait for the next invocation. What it gives forgets that. */
export type WhenIdle = (tell: () => void) => () => void;

/** A handler that calls back, or has its context do so, has answered by then, whatever is still pending. */
export async function callHandler(
  handler: Handler,
  event: unknown,
  context: object,
  runtime: string,
  whenIdle: WhenIdle,
): Promise<unknown> {
  if (!callsBack(runtime)) return handler(event, context);
  let forget = () => {};
  const answer = new Promise((resolve, reject) => {
    const done = (error?: unknown, result?: unknown) => (error == null ? resolve(result) : reject(error));
    const succeed = (result?: unknown) => done(null, result);
    const fail = (error?: unknown) => done(error ?? 'handled');
    const returned = handler(event, { ...context, done, succeed, fail }, done);
    if (types.isPromise(returned)) returned.then(succeed, fail);
    else forget = whenIdle(() => resolve(null));
  });
  return answer.finally(() => forget());
}

/** `nodejs22.x` and those before it. */
function callsBack(runtime: string): boolean {
  return Number(/^nodejs(\d+)/.exec(runtime)?.[1]) < 24;
}
