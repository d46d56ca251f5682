/** An AWS client talks to the local buses in AWS JSON 1.1, as SDK v3 does with EventBridge. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Faults, NO_FAULTS } from '../../engine/chaos/faults.ts';
import type { Log } from '../../engine/log.ts';
import { listenOnLoopback, stopServer } from '../../engine/loopback.ts';
import {
  describeEventBus,
  describeRule,
  listEventBuses,
  listRules,
  listTargetsByRule,
  testEventPattern,
} from './bus-descriptions.ts';
import { chaoticPutEvents } from './chaotic-bus.ts';
import { EVENTBRIDGE_ACTIONS } from './eventbridge-rights.ts';
import { putEvents } from './put-events.ts';
import { type Buses, ServiceError, signedRegion } from './requested-bus.ts';

/** Far above the largest valid request: 1 MB of entries, each character escaped to at most six. */
const LARGEST_BODY_BYTES = 8 * 1_048_576;
const TARGET_PREFIX = 'AWSEvents.';
const UNKNOWN = 'UnknownOperationException';

/**
 * An HTTP server on 127.0.0.1 for PutEvents, TestEventPattern and the actions that describe and list buses, rules and targets; `buses` is looked up at every
 * request. Signatures are not checked. Port 0 takes a free one; `listen` rejects with the system's error (EADDRINUSE). What a
 * client sends never ends the process: it is answered with the service's error. `stop` also ends open connections.
 */
export function createEventBridgeServer({
  buses,
  log,
  faults = NO_FAULTS,
}: {
  readonly buses: Buses;
  readonly log: Log;
  readonly faults?: Faults | undefined;
}): {
  listen(port: number): Promise<{ url: string }>;
  stop(): Promise<void>;
} {
  const actions: Readonly<Record<(typeof EVENTBRIDGE_ACTIONS)[number], (body: unknown, region?: string) => unknown>> = {
    PutEvents: chaoticPutEvents((body, region) => putEvents(body, buses, log, region), faults),
    TestEventPattern: (body) => testEventPattern(body),
    DescribeRule: (body, region) => describeRule(body, buses, region),
    DescribeEventBus: (body, region) => describeEventBus(body, buses, region),
    ListEventBuses: (body, region) => listEventBuses(body, buses, region),
    ListRules: (body, region) => listRules(body, buses, region),
    ListTargetsByRule: (body, region) => listTargetsByRule(body, buses, region),
  };

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const target = String(request.headers['x-amz-target'] ?? '');
    const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
    const known = EVENTBRIDGE_ACTIONS.find((each) => each === name);
    if (request.method !== 'POST' || known === undefined) {
      throw new ServiceError(
        UNKNOWN,
        `The local EventBridge does not support ${target || `${request.method} ${request.url}`}; it has ${EVENTBRIDGE_ACTIONS.join(', ')}.`,
      );
    }
    return actions[known](await readJson(request), signedRegion(request.headers.authorization));
  };

  const server = createServer((request, response) => {
    answer(request).then(
      (result) => send(response, 200, result),
      (error: unknown) => {
        if (request.destroyed && !request.complete) return;
        if (error instanceof ServiceError && error.code === UNKNOWN) log('warn', 'events', error.message);
        if (error instanceof ServiceError) return sendError(response, error);
        log('error', 'events', `request failed: ${error instanceof Error ? error.message : String(error)}`);
        return sendError(
          response,
          new ServiceError('InternalException', 'The local EventBridge failed; see its log.', 500),
        );
      },
    );
  });

  return {
    listen: async (port) => ({ url: await listenOnLoopback(server, port) }),
    stop: () => stopServer(server),
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A request without an encoding yields buffers. It must outlive the loop: its connection carries the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY_BYTES) {
      throw new ServiceError(
        'RequestEntityTooLargeException',
        `The body is larger than ${LARGEST_BODY_BYTES} bytes.`,
        413,
      );
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString() || '{}');
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON.');
  }
}

function sendError(response: ServerResponse, error: ServiceError): void {
  // The rest of a refused body is not read, so the connection cannot serve another request.
  if (error.status === 413) response.setHeader('connection', 'close');
  response.setHeader('x-amzn-errortype', error.code);
  send(response, error.status, { __type: error.code, message: error.message });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(text);
}
