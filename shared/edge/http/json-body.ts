/** Is the body JSON, by its content type and by its text? Bad input ends here, before the store is asked. */
import type { MiddlewareObj } from '@middy/core';
import type { Checked } from '#shared/aggregate/index.ts';
import { type HttpEvent, type HttpResult, header } from './http-message.ts';
import { bodyTooLarge, notJson } from './problem.ts';

/** 256 KiB: below what one item of the log holds (400 KB), so that an accepted body can be recorded. */
const MAXIMUM_BODY_BYTES = 256 * 1024;

const JSON_TYPE = /^application\/(?:[a-z0-9.!#$&^_-]+\+)?json\s*(?:;|$)/i;

export type WithJson = HttpEvent & { json: Checked<unknown> };

/** Refuses a body that is too large or not JSON by its type; puts what it holds, or that it cannot be read, on the event. */
export const jsonBody = (): MiddlewareObj<WithJson, HttpResult> => ({
  before({ event }) {
    if (!JSON_TYPE.test(header(event, 'content-type') ?? '')) return notJson();
    const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    if (bytes.byteLength > MAXIMUM_BODY_BYTES) return bodyTooLarge(MAXIMUM_BODY_BYTES);
    event.json = parse(bytes);
    return undefined;
  },
});

/** JSON is UTF-8 (RFC 8259); bytes that are not are a fault too, since replacing them would record what nobody sent. */
function parse(bytes: Buffer): Checked<unknown> {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return { faults: [{ path: '', code: 'invalid-json', message: 'The body is not JSON.' }] };
  }
}
