/** All HTTP handlers answer in time, and tell every failure as a problem document. */
import middy from '@middy/core';
import { isKitError, KitError } from '#shared/event/index.ts';
import type { HttpEvent, HttpResult } from './http-message.ts';
import { failed } from './problem.ts';

/** What is kept of the function's time for the answer itself. */
const ANSWER_MS = 1_000;

/**
 * A handler without its own part, which `.handler(…)` adds; it is passed a signal that is aborted when the time is up. A second
 * before the function's time ends the answer is 503: a function that is cut off would be a 500 without a word. What is thrown
 * goes to the log with everything, and outside as a problem document with nothing to leak.
 */
export const endpoint = <E extends HttpEvent = HttpEvent>() =>
  middy<E, HttpResult>({ timeoutEarlyInMillis: ANSWER_MS, timeoutEarlyResponse: timeIsUp }).use({
    onError(request: middy.Request<E, HttpResult>) {
      const { error, event } = request;
      const expected = isKitError(error) && error.code !== 'stream-corrupted' && error.code !== 'unknown-event';
      const level = expected ? console.warn : console.error;
      level(`${event.routeKey} failed`, error);
      request.response = failed(error);
    },
  });

function timeIsUp(): never {
  throw new KitError('out-of-time', 'The time of the function is up before the answer is there.', { retryable: true });
}
