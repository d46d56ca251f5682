/** How does an answer get onto a connection, also when there was no request that could be read, and what marks it? */
import { randomBytes } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Answer } from './response.ts';

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
