/** Is the body JSON, by its content type and by its text? Bad input ends here, before the store is asked. */
import type { MiddlewareObj } from '@middy/core';
import type { HttpEvent } from './http-event.ts';
import { header } from './http-event.ts';
import type { HttpResult } from './http-result.ts';
import { bodyTooLarge, invalidInput, notJson } from './problem.ts';

/** 256 KiB: below what one item of the log holds (400 KB), so that an accepted body can be recorded. */
const MAXIMUM_BODY_BYTES = 256 * 1024;

const JSON_TYPE = /^application\/(?:[a-z0-9.!#$&^_-]+\+)?json\s*(?:;|$)/i;

export type WithJson = HttpEvent & { json: unknown };

/** Puts the parsed body on the event as `json`. */
export const jsonBody = (): MiddlewareObj<WithJson, HttpResult> => ({
  before({ event }) {
    if (!JSON_TYPE.test(header(event, 'content-type') ?? '')) return notJson();
    const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    if (bytes.byteLength > MAXIMUM_BODY_BYTES) return bodyTooLarge(MAXIMUM_BODY_BYTES);
    try {
      event.json = JSON.parse(bytes.toString('utf8'));
    } catch {
      return invalidInput([{ path: '', code: 'invalid-json', message: 'The body is not JSON.' }]);
    }
    return undefined;
  },
});
