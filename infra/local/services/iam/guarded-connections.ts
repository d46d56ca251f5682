/**
 * In a function's thread every request to a service of the local cloud is checked on its way into the connection. So it goes
 * to DynamoDB Local by no way around, and the code of the function, its SDK included, is as it is deployed.
 */
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { denialOf } from './check-request.ts';
import type { Answer } from './denial.ts';
import { type FunctionRequest, recordOf } from './function-request.ts';
import type { ConnectionGuard } from './function-rights.ts';

/** From here on, and for all agents of this thread: what is denied is answered as its service would, and `tell` gets a line. */
export function guardConnections({ rights, services }: ConnectionGuard, tell: (line: string) => void): void {
  const open = Agent.prototype.createConnection;
  Agent.prototype.createConnection = function createConnection(options, callback) {
    const connection = open.call(this, options, callback);
    const service = services[`${options.host}:${options.port}`];
    if (connection === undefined || connection === null || service === undefined) return connection;
    // An agent for HTTP opens nothing but sockets.
    guard(connection as Socket, (request) => {
      const denial = denialOf(service, request, rights);
      if (denial !== undefined) tell(denial.line);
      return denial?.answer;
    });
    return connection;
  };
}

/** Holds a request back until it is whole. A connection carries one at a time. */
function guard(socket: Socket, check: (request: FunctionRequest) => Answer | undefined): void {
  const pass = socket._write.bind(socket);
  let held: Buffer = Buffer.alloc(0);
  socket._write = (chunk: Buffer | string, encoding, done) => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const end = held.indexOf('\r\n\r\n');
    if (end === -1) return done();
    const head = held.toString('latin1', 0, end);
    if (/\r\ntransfer-encoding:/i.test(head)) return done(new Error('A request to AWS needs a Content-Length.'));
    const body = held.subarray(end + 4);
    if (body.length < Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)) return done();
    const whole = held;
    held = Buffer.alloc(0);
    let answer: Answer | undefined;
    try {
      answer = check(requestOf(head, body));
    } catch (error) {
      // A path that is no path: only its own request may fail.
      return done(error instanceof Error ? error : new Error(String(error)));
    }
    // So Node itself names bytes here, which its types do not know.
    if (answer === undefined) return pass(whole, 'buffer' as BufferEncoding, done);
    done();
    // The request must have ended before its answer begins.
    setImmediate(() => socket.destroyed || socket.push(bytesOf(answer)));
  };
  // What is written at once comes piece by piece.
  socket._writev = undefined;
}

/** The query protocol. */
const FORM = /\r\ncontent-type: *application\/x-www-form-urlencoded/i;

function requestOf(head: string, body: Buffer): FunctionRequest {
  const [, method = '', path = ''] = /^(\S+) (\S+)/.exec(head) ?? [];
  if (FORM.test(head)) {
    const form = Object.fromEntries(new URLSearchParams(body.toString()));
    return { method, path, operation: form.Action ?? '', body: form };
  }
  const [, operation = ''] = /\r\nx-amz-target: *[^\r.]*\.([^\r]*)/i.exec(head) ?? [];
  return { method, path, operation, body: jsonOf(body) };
}

/** What is no JSON the service refuses by itself. */
function jsonOf(body: Buffer): FunctionRequest['body'] {
  try {
    return recordOf(JSON.parse(body.toString()));
  } catch {
    return {};
  }
}

function bytesOf({ status, headers, body }: Answer): Buffer {
  const all = { ...headers, 'x-amzn-requestid': randomUUID(), 'content-length': Buffer.byteLength(body) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status} Denied\r\n${lines.join('')}\r\n${body}`);
}
