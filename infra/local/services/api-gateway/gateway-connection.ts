/**
 * A request is read from its connection within the limits of the gateway, and every answer gets back, also to what was
 * no request.
 */
import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Answer } from './gateway-response.ts';

/** As API Gateway's: eleven random bytes. */
export function newRequestId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

/** As X-Ray's: the second, then twelve random bytes. */
export function newTraceId(at: Date): string {
  return `Root=1-${Math.floor(at.getTime() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
}

/** Safe for a client that has left. */
export function send(response: ServerResponse, requestId: string, { status, headers, body }: Answer): void {
  const bodyless = status === 204 || status === 304;
  const length = bodyless ? [] : ['content-length', String(body.length)];
  response.writeHead(status, [...headers.flat(), ...length, 'apigw-requestid', requestId]);
  response.end(body);
}

/** Answers what is not a request on the bare connection, and closes it. */
export function refuse(code: string | undefined, socket: Duplex): void {
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
    `apigw-requestid: ${newRequestId()}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** API Gateway quotas: payload size 10 MB. */
const BODY_LIMIT = 10 * 1024 * 1024;

/**
 * `undefined` as soon as the body is known to be over the limit. What still comes of it is thrown away: a connection
 * closed on a client that still sends would take the answer with it. Rejects when the client leaves.
 */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
    else resolve(undefined);
  });
  request.on('end', () => resolve(Buffer.concat(chunks)));
  request.on('error', reject);
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) resolve(undefined);
  return promise;
}
