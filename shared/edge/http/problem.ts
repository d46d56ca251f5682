/** The only map from the kit's words for refusals and failures to HTTP's: problem documents (RFC 9457). */
import type { Fault, Rejection } from '#shared/aggregate/index.ts';
import { isKitError, type KitError } from '#shared/event/index.ts';
import { ACTIVE_FOR_MS } from '#shared/projection/index.ts';
import { etag, type HttpResult, json } from './http-message.ts';

const SUMMARISED_FAULTS = 10;

type Problem = { readonly status: number; readonly code: string; readonly title: string; readonly detail: string };

const problem = (
  { status, code, title, detail }: Problem,
  fields: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): HttpResult =>
  json(
    status,
    { ...fields, type: `urn:tributary:problem:${code}`, title, status, detail, code },
    headers,
    'application/problem+json',
  );

export const invalidInput = (errors: readonly Fault[]): HttpResult =>
  problem(
    {
      status: 400,
      code: 'invalid-input',
      title: 'The request is not valid',
      detail: summaryOf(errors),
    },
    { errors },
  );

/** One line for a person, however many faults there are; `errors` has them all. */
function summaryOf(errors: readonly Fault[]): string {
  const first = errors.slice(0, SUMMARISED_FAULTS);
  const lines = first.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  const more = errors.length - first.length;
  return more === 0 ? lines : `${lines}; and ${more} more`;
}

export const consistencyNotAvailable = (): HttpResult =>
  problem({
    status: 400,
    code: 'consistency-not-available',
    title: 'This query cannot be answered that way',
    detail:
      'It reads keys that many streams feed. Send it without Consistency: strong, and a token only where one key is read.',
  });

export const notFound = (detail: string, headers: Readonly<Record<string, string>> = {}): HttpResult =>
  problem({ status: 404, code: 'not-found', title: 'Not found', detail }, {}, headers);

export const conflict = (attempts: number): HttpResult =>
  problem({
    status: 409,
    code: 'conflict',
    title: 'The stream is being changed by others',
    detail: `The command met another change in ${attempts} of ${attempts} attempts. Send it again.`,
  });

export const preconditionFailed = (version: number): HttpResult =>
  problem(
    {
      status: 412,
      code: 'precondition-failed',
      title: 'The stream is at another version',
      detail: `The stream is at version ${version}.`,
    },
    { version },
    { etag: etag(version) },
  );

export const bodyTooLarge = (maximumBytes: number): HttpResult =>
  problem({
    status: 413,
    code: 'body-too-large',
    title: 'The body is too large',
    detail: `A body may have up to ${maximumBytes} bytes.`,
  });

export const notJson = (): HttpResult =>
  problem({
    status: 415,
    code: 'unsupported-media-type',
    title: 'The body is not JSON by its content type',
    detail: 'Send the body with content-type: application/json.',
  });

export const commandIdReused = (): HttpResult =>
  problem({
    status: 422,
    code: 'idempotency-key-reused',
    title: 'The idempotency key was used for another command',
    detail: 'This stream has recorded another command or payload under the same key. Use a new key.',
  });

/** A refusal by a rule, with the rule's own fields beside the common ones. */
export const refused = ({ code, detail, fields }: Rejection): HttpResult =>
  problem({ status: 422, code, title: 'The command was refused', detail }, fields);

export const unavailable = (detail: string): HttpResult =>
  problem({ status: 503, code: 'unavailable', title: 'A part is down', detail }, {}, { 'retry-after': '1' });

/** Who asks again after these seconds meets the next look. */
const LOOKS_AGAIN_SECONDS = Math.ceil(ACTIVE_FOR_MS / 1_000);

export const projectionFilling = (): HttpResult =>
  problem(
    {
      status: 503,
      code: 'projection-filling',
      title: 'The list is being filled',
      detail: 'It is new, and does not have all yet that was recorded before it. GET /projections says how far it is.',
    },
    {},
    { 'retry-after': String(LOOKS_AGAIN_SECONDS) },
  );

/** What is thrown: a kit error by its code; anything else is a bug, of which nothing is told outside. */
export const failed = (error: unknown): HttpResult => (isKitError(error) ? ofKitError(error) : internalError());

function ofKitError(error: KitError): HttpResult {
  switch (error.code) {
    case 'store-unavailable':
      return unavailable('The store does not answer now. Try again.');
    case 'out-of-time':
      return unavailable('The answer takes too long now. Try again; with an idempotency key that is safe.');
    case 'commit-too-large':
    case 'too-many-streams':
      return problem({
        status: 413,
        code: error.code,
        title: 'The change is too large to be recorded',
        detail: error.message,
      });
    case 'invalid-identifier':
      return invalidInput([{ path: '', code: error.code, message: error.message }]);
    case 'row-too-large':
    case 'parked':
    case 'event-not-applied':
    case 'command-not-carried-out':
    case 'stream-corrupted':
    case 'unknown-event':
      return internalError();
  }
}

const internalError = (): HttpResult =>
  problem({
    status: 500,
    code: 'internal-error',
    title: 'Something went wrong on our side',
    detail: 'The failure has been logged. Sending the same request again is safe with an idempotency key.',
  });
