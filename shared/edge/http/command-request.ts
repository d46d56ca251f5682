/** What an HTTP request says of a command: its body as JSON, and what its headers ask for. Nothing is passed over in silence. */
import type { MiddlewareObj } from '@middy/core';
import type { Checked, Fault } from '#shared/aggregate/index.ts';
import type { CommandOptions, Precondition } from '#shared/command/index.ts';
import { type HttpEvent, type HttpResult, header } from './http-message.ts';
import { bodyTooLarge, notJson } from './problem.ts';

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

/** Idempotency-Key, X-Correlation-Id, If-Match and If-None-Match; a malformed one is a fault, never ignored. */
export function commandOptions(event: Pick<HttpEvent, 'headers'>): Checked<CommandOptions> {
  const faults: Fault[] = [];
  const printable = (name: string) => {
    const value = header(event, name);
    if (value === undefined || isCommandId(value)) return value;
    faults.push({ path: name, code: 'invalid-header', message: 'Use 1 to 128 printable ASCII characters.' });
    return undefined;
  };
  const commandId = printable('idempotency-key');
  const correlationId = printable('x-correlation-id');
  const precondition = preconditionOf(header(event, 'if-match'), header(event, 'if-none-match'), faults);
  if (faults.length > 0) return { faults };
  return {
    value: {
      ...(commandId === undefined ? {} : { commandId }),
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(precondition === undefined ? {} : { precondition }),
    },
  };
}

/** Whether a text may be the id of a command. */
export const isCommandId = (text: string): boolean => PRINTABLE.test(text);

/** 256 KiB: below what one item of the log holds (400 KB), so that an accepted body can be recorded. */
const MAXIMUM_BODY_BYTES = 256 * 1024;

const JSON_TYPE = /^application\/(?:[a-z0-9.!#$&^_-]+\+)?json\s*(?:;|$)/i;

/** JSON is UTF-8 (RFC 8259); bytes that are not are a fault too, since replacing them would record what nobody sent. */
function parse(bytes: Buffer): Checked<unknown> {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return { faults: [{ path: '', code: 'invalid-json', message: 'The body is not JSON.' }] };
  }
}

const PRINTABLE = /^[\x20-\x7e]{1,128}$/;
const VERSION = /^"(0|[1-9]\d{0,15})"$/;

function preconditionOf(
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
  faults: Fault[],
): Precondition | undefined {
  const fault = (path: string, message: string): undefined => {
    faults.push({ path, code: 'invalid-header', message });
  };
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    return fault('if-match', 'Send If-Match or If-None-Match, not both.');
  }
  if (ifNoneMatch !== undefined) {
    return ifNoneMatch === '*' ? { kind: 'new' } : fault('if-none-match', 'Only * is understood.');
  }
  if (ifMatch === undefined) return undefined;
  if (ifMatch === '*') return { kind: 'exists' };
  const version = VERSION.exec(ifMatch)?.[1];
  return version === undefined
    ? fault('if-match', 'Send the version in double quotes, as the ETag has it: "3".')
    : { kind: 'version', version: Number(version) };
}
