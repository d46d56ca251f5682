/**
 * A request is read from its connection within the limits of the service, and every answer gets back, also to what was
 * no request.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Answer, gatewayAnswer } from './gateway-response.ts';
import type { ReceivedRequest } from './payload-event.ts';

/** How a service tells requests apart: a header that every answer carries, and what is in it. */
export type RequestIds = { readonly header: string; readonly next: () => string };

/** As API Gateway's: eleven random bytes. */
export const gatewayRequestIds: RequestIds = {
  header: 'apigw-requestid',
  next: () => `${randomBytes(11).toString('base64url')}=`,
};

/** API Gateway quotas: request line and headers together. */
const HEADER_LIMIT = 10_240;

/**
 * A server that answers every request, what cannot be read as one, and tunnels. `answer` rejects only when the client has left
 * while its body was read.
 */
export function createAnsweringServer(
  ids: RequestIds,
  answer: (request: IncomingMessage, requestId: string) => Promise<Answer>,
): Server {
  const server = createServer({ maxHeaderSize: HEADER_LIMIT, requireHostHeader: false }, (request, response) => {
    const requestId = ids.next();
    answer(request, requestId).then(
      (answer) => send(response, [ids.header, requestId], answer),
      () => response.destroy(),
    );
  });
  server.on('checkExpectation', (_, response) =>
    send(response, [ids.header, ids.next()], gatewayAnswer(417, 'Expectation Failed')),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error.code, socket, ids));
  server.on('connect', (_, socket) => refuse(undefined, socket, ids));
  return server;
}

/** As X-Ray's: the second, then twelve random bytes. */
export function newTraceId(at: Date): string {
  return `Root=1-${Math.floor(at.getTime() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
}

/** Safe for a client that has left. */
function send(response: ServerResponse, id: readonly [string, string], { status, headers, body }: Answer): void {
  const bodyless = status === 204 || status === 304;
  const length = bodyless ? [] : ['content-length', String(body.length)];
  response.writeHead(status, [...headers.flat(), ...length, ...id]);
  response.end(body);
}

/** Answers what is not a request on the bare connection, and closes it. */
function refuse(code: string | undefined, socket: Duplex, ids: RequestIds): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const body = JSON.stringify({ message: STATUS_CODES[status] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    `${ids.header}: ${ids.next()}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** `too large` as soon as the body is known to be over the limit of bytes, `malformed` without a path or a host. Rejects when the client leaves. */
export async function readRequest(
  request: IncomingMessage,
  bodyLimit: number,
): Promise<ReceivedRequest | 'too large' | 'malformed'> {
  const body = await readBody(request, bodyLimit);
  if (body === undefined) return 'too large';
  // A request for a proxy carries the whole address; only what follows the authority matters.
  const target = (request.url ?? '').replace(/^https?:\/\/[^/?#]*/i, '').replace(/^(\?|$)/, '/$1');
  const [path = '', ...query] = target.split('?');
  if (!path.startsWith('/') || !hasHost(request)) return 'malformed';
  return {
    method: request.method ?? '',
    path,
    query: query.join('?'),
    protocol: `HTTP/${request.httpVersion}`,
    rawHeaders: request.rawHeaders,
    body,
    sourceIp: request.socket.remoteAddress ?? '',
    port: request.socket.localPort ?? 0,
  };
}

function hasHost({ headers, httpVersion }: IncomingMessage): boolean {
  return httpVersion !== '1.1' || headers.host !== undefined;
}

/**
 * `undefined` for one over the limit. What still comes of it is thrown away: a connection closed on a client that still sends
 * would take the answer with it.
 */
function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else resolve(undefined);
  });
  request.on('end', () => resolve(Buffer.concat(chunks)));
  request.on('error', reject);
  if (Number(request.headers['content-length'] ?? 0) > limit) resolve(undefined);
  return promise;
}
