/** The event of payload format 2.0, as far as HTTP APIs and function URLs show a request alike. */
import { USER_HEADER } from './acting-user.ts';

/** What is known of a request once it has been read. */
export type ReceivedRequest = {
  readonly method: string;
  /** Path as sent, beginning with a slash. */
  readonly path: string;
  /** What follows the question mark as sent, or ''. */
  readonly query: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly port: number;
};

/** What each service shows in its own way. */
export type ShownRequest = {
  readonly routeKey: string;
  readonly stage: string;
  readonly rawPath: string;
  /** As the request context has it. */
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly cookies: readonly string[];
  /** Whom the request came to and who acts, as the request context says it. */
  readonly addressed: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  readonly at: Date;
};

/** Throws URIError for a percent sign in the query that encodes nothing. */
export function eventOf(request: ReceivedRequest, shown: ShownRequest): Record<string, unknown> {
  const { routeKey, headers, cookies, at } = shown;
  const query = queryParameters(request.query);
  const asText = isText(headers.get('content-type'));
  const withBody = request.body.length > 0;
  return {
    version: '2.0',
    routeKey,
    rawPath: shown.rawPath,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: Object.fromEntries(headers),
    ...(query.size > 0 && { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      ...shown.addressed,
      http: {
        method: request.method,
        path: shown.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headers.get('user-agent') ?? '',
      },
      requestId: shown.requestId,
      routeKey,
      stage: shown.stage,
      time: commonLogTime(at),
      timeEpoch: at.getTime(),
    },
    ...(withBody && { body: request.body.toString(asText ? 'utf8' : 'base64') }),
    isBase64Encoded: withBody && !asText,
  };
}

/** Every value of a header, in the order sent. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
}

/** Belong to the connection with the service. */
const NOT_PASSED_ON = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect']);

/** Without those of the connection and the cookies, and with what the service adds. */
export function headersOf(request: ReceivedRequest, traceId: string) {
  const headers = new Map<string, string>();
  const join = (name: string, value: string) => {
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`);
  };
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = (request.rawHeaders[i] ?? '').toLowerCase();
    const left = NOT_PASSED_ON.has(name) || name === 'cookie' || name === USER_HEADER;
    if (!left) join(name, request.rawHeaders[i + 1] ?? '');
  }
  headers.set('content-length', String(request.body.length));
  if (!headers.has('x-amzn-trace-id')) headers.set('x-amzn-trace-id', traceId);
  join('x-forwarded-for', request.sourceIp);
  headers.set('x-forwarded-port', String(request.port));
  headers.set('x-forwarded-proto', 'http');
  const cookies = headerValues(request.rawHeaders, 'cookie').flatMap((value) => value.split(';'));
  return { headers, cookies: cookies.map((cookie) => cookie.trim()).filter((cookie) => cookie !== '') };
}

/** By name, decoded; several values of one name joined with commas. Throws URIError for a percent sign that encodes nothing. */
export function queryParameters(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const piece of query.split('&').filter((piece) => piece !== '')) {
    const cut = piece.indexOf('=') < 0 ? piece.length : piece.indexOf('=');
    const name = formDecode(piece.slice(0, cut));
    const value = formDecode(piece.slice(cut + 1));
    const earlier = parameters.get(name);
    parameters.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return parameters;
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** Measured on the service: everything else, also JSON dialects and a missing content type, is base64. */
function isText(contentType: string | undefined): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || /^application\/(json|xml|javascript)$/.test(type);
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(at: Date): string {
  const [, day, month, year, time] = /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
