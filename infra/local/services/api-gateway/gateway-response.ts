/** What API Gateway answers for the value that a function returned. */
import { validateHeaderName, validateHeaderValue } from 'node:http';

export type Answer = {
  readonly status: number;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body: Buffer;
};

/** The function returned something that API Gateway cannot send; `message` says what. */
export class InvalidResponse extends Error {}

/** Set by the gateway for its own connection, whatever the function says. */
const GATEWAY_HEADERS = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** An answer of the gateway itself. */
export function gatewayAnswer(status: number, message: string): Answer {
  return json(status, JSON.stringify({ message }));
}

/**
 * The answer for a returned JSON value: with a `statusCode` it is taken apart, and is of `defaultType` unless it says otherwise;
 * without one it is all of the body.
 *
 * Throws {@link InvalidResponse} for what the service answers with 500.
 */
export function functionAnswer(returned: unknown, defaultType = 'text/plain; charset=utf-8'): Answer {
  if (!isObject(returned) || !Object.hasOwn(returned, 'statusCode')) {
    return json(200, typeof returned === 'string' ? returned : JSON.stringify(returned ?? null));
  }
  const status = statusOf(returned.statusCode);
  const headers = headersOf(returned.headers);
  if (!headers.some(([name]) => name === 'content-type')) headers.push(['content-type', defaultType]);
  for (const cookie of cookiesOf(returned.cookies)) headers.push(['set-cookie', cookie]);
  for (const [name, value] of headers) checkHeader(name, value);
  return { status, headers, body: bodyOf(returned.body, returned.isBase64Encoded === true) };
}

function json(status: number, body: string): Answer {
  return { status, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
}

function statusOf(value: unknown): number {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  // 1xx would announce a further answer, and HTTP knows nothing from 600.
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new InvalidResponse(`statusCode is ${JSON.stringify(value)}, not an integer from 200 to 599`);
}

/** Numbers and booleans become text; a list is refused, as the service does: several cookies belong in `cookies`. */
function headersOf(value: unknown): [string, string][] {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) throw new InvalidResponse('headers is not an object');
  const headers = new Map<string, string>();
  for (const [name, content] of Object.entries(value)) {
    const lower = name.toLowerCase();
    if (content !== null && !GATEWAY_HEADERS.has(lower)) headers.set(lower, scalar(`the header ${name}`, content));
  }
  return [...headers];
}

function cookiesOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new InvalidResponse('cookies is not a list');
  return value.map((cookie) => scalar('a cookie', cookie));
}

function bodyOf(value: unknown, base64: boolean): Buffer {
  if (value === undefined || value === null) return Buffer.alloc(0);
  const text = scalar('the body', value);
  if (!base64) return Buffer.from(text);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new InvalidResponse('the body is not base64, as isBase64Encoded says');
  return Buffer.from(text, 'base64');
}

function scalar(what: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new InvalidResponse(`${what} is ${Array.isArray(value) ? 'a list' : 'an object'}, not text`);
}

function checkHeader(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw new InvalidResponse(`the header ${JSON.stringify(name)} has a name or a value that HTTP does not allow`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
