/** What do the headers of a command ask for? */

import type { Checked, Fault } from '#shared/aggregate/index.ts';
import type { CommandRequest, Precondition } from '#shared/command/index.ts';
import { type HttpEvent, header } from './http-message.ts';

const PRINTABLE = /^[\x20-\x7e]{1,128}$/;
const VERSION = /^"(0|[1-9]\d{0,15})"$/;

type FromHeaders = Pick<CommandRequest, 'commandId' | 'correlationId' | 'precondition'>;

/** Idempotency-Key, X-Correlation-Id, If-Match and If-None-Match; a malformed one is a fault, never ignored. */
export function commandHeaders(event: Pick<HttpEvent, 'headers'>): Checked<FromHeaders> {
  const faults: Fault[] = [];
  const printable = (name: string) => {
    const value = header(event, name);
    if (value === undefined || PRINTABLE.test(value)) return value;
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

function preconditionOf(ifMatch: string | undefined, ifNoneMatch: string | undefined, faults: Fault[]) {
  const fault = (path: string, message: string): undefined => {
    faults.push({ path, code: 'invalid-header', message });
  };
  if (ifMatch !== undefined && ifNoneMatch !== undefined)
    return fault('if-match', 'Send If-Match or If-None-Match, not both.');
  if (ifNoneMatch !== undefined) {
    return ifNoneMatch === '*' ? ({ kind: 'new' } as const) : fault('if-none-match', 'Only * is understood.');
  }
  if (ifMatch === undefined) return undefined;
  if (ifMatch === '*') return { kind: 'exists' } satisfies Precondition;
  const version = VERSION.exec(ifMatch)?.[1];
  return version === undefined
    ? fault('if-match', 'Send the version in double quotes, as the ETag has it: "3".')
    : ({ kind: 'version', version: Number(version) } satisfies Precondition);
}
