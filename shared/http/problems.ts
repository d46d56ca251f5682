/** What becomes of an error that a handler throws? A log entry with everything, and a problem document with nothing to leak. */
import type { MiddlewareObj } from '@middy/core';
import { isKitError } from '#shared/event/index.ts';
import type { HttpEvent } from './http-event.ts';
import type { HttpResult } from './http-result.ts';
import { failed } from './problem.ts';

export const problems = <E extends HttpEvent>(): MiddlewareObj<E, HttpResult> => ({
  onError(request) {
    const { error, event } = request;
    const expected = isKitError(error) && error.code !== 'stream-corrupted' && error.code !== 'unknown-event';
    const level = expected ? console.warn : console.error;
    level(`${event.routeKey} failed`, error);
    request.response = failed(error);
  },
});
