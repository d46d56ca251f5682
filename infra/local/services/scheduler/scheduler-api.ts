/** An AWS client talks to the local schedules in REST-JSON, as SDK v3 does with EventBridge Scheduler. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Log } from '../../engine/log.ts';
import { listenOnLoopback, stopServer } from '../../engine/loopback.ts';
import { signedRegion } from '../eventbridge/requested-bus.ts';
import type { Where } from './schedule-groups.ts';
import { type ActionOptions, type SchedulerRequest, schedulerActions } from './scheduler-actions.ts';
import { SchedulerError } from './scheduler-error.ts';

/** Above the largest valid request: 256 KB of input, each character escaped to at most six. */
const LARGEST_BODY_BYTES = 2 * 1_048_576;

export type SchedulerServer = {
  /** On 127.0.0.1; port 0 takes a free one. */
  listen(port: number): Promise<{ url: string }>;
  /** Ends open connections. */
  stop(): Promise<void>;
};

/**
 * Schedules and their groups; tags are refused by name. `parts` is asked at every request, and until there are any each is
 * refused as not ready. Signatures are not checked. What a client sends never ends the process.
 */
export function createSchedulerServer({
  parts,
  log,
}: {
  readonly parts: () => (ActionOptions & { readonly whereOf: (region: string | undefined) => Where }) | undefined;
  readonly log: Log;
}): SchedulerServer {
  const server = createServer((request, response) => {
    answer(request, parts()).then(
      (body) => send(response, 200, body),
      (error: unknown) => {
        if (request.destroyed && !request.complete) return;
        if (error instanceof SchedulerError) return sendError(response, error.status, error.code, error.message);
        log('error', 'scheduler', `request failed: ${error instanceof Error ? error.message : String(error)}`);
        sendError(response, 500, 'InternalServerException', 'The local EventBridge Scheduler failed; see its log.');
      },
    );
  });
  return {
    listen: async (port) => ({ url: await listenOnLoopback(server, port) }),
    stop: () => stopServer(server),
  };
}

async function answer(
  request: IncomingMessage,
  parts: (ActionOptions & { readonly whereOf: (region: string | undefined) => Where }) | undefined,
): Promise<unknown> {
  if (parts === undefined) throw new Error('it has not started yet');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://scheduler');
  const [, collection = '', name] = /^\/([\w-]+)(?:\/(.+))?$/.exec(pathname) ?? [];
  const route = `${request.method} /${collection}${name === undefined ? '' : '/{}'}`;
  const actions = schedulerActions(parts);
  const action = Object.hasOwn(actions, route) ? actions[route] : undefined;
  if (action === undefined) {
    const has = `it has ${Object.keys(actions).join(', ')}`;
    throw new SchedulerError('NotImplementedException', `The local EventBridge Scheduler has no ${route}; ${has}.`);
  }
  const input: SchedulerRequest['input'] = {
    ...Object.fromEntries(searchParams),
    ...(await readBody(request)),
    ...(name !== undefined && { Name: decoded(name) }),
  };
  return action({ where: parts.whereOf(signedRegion(request.headers.authorization)), input });
}

async function readBody(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A request without an encoding yields buffers. It must outlive the loop: its connection carries the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY_BYTES) {
      const message = `The body is larger than ${LARGEST_BODY_BYTES} bytes.`;
      throw new SchedulerError('RequestEntityTooLargeException', message);
    }
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || '{}');
    if (body !== null && typeof body === 'object' && !Array.isArray(body)) return body;
  } catch {
    // Told below, as for JSON that is no object.
  }
  throw new SchedulerError('SerializationException', 'The body is not a JSON object.');
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  // The rest of a refused body is not read, so the connection cannot serve another request.
  if (status === 413) response.setHeader('connection', 'close');
  response.setHeader('x-amzn-errortype', code);
  send(response, status, { Message: message });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(text);
}
