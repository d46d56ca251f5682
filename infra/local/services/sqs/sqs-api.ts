/** AWS SDK clients reach the local queues over HTTP, in AWS JSON 1.0. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Log } from '../../engine/log.ts';
import { listenOnLoopback, stopServer } from '../../engine/loopback.ts';
import type { LocalQueue } from './queue.ts';
import { actions } from './sqs-actions.ts';
import { SqsError } from './sqs-error.ts';
import { SQS_ACTIONS } from './sqs-rights.ts';

/** A full batch of 1 MiB, each byte written as `\u0000`, with room for the rest of the request. */
const LONGEST_REQUEST_BYTES = 8 * 1_048_576;
const TARGET_PREFIX = 'AmazonSQS.';

export type SqsServer = {
  /** On 127.0.0.1; port 0 takes a free one. Fails with the system's error (EADDRINUSE) when it is taken. */
  listen(port: number): Promise<{ url: string }>;
  /** Ends waiting receives and open connections. */
  stop(): Promise<void>;
};

/**
 * The SQS API in AWS JSON 1.0. Queues that are added to the map later are found. A receive whose caller hangs up
 * takes no message.
 */
export function createSqsServer({ queues, log }: { queues: ReadonlyMap<string, LocalQueue>; log: Log }): SqsServer {
  const server = createServer((request, response) => {
    answer(request, response, queues, log).catch((error: unknown) => {
      if (!response.destroyed) log('error', 'sqs', `The local SQS failed on a request: ${String(error)}`);
      if (!response.headersSent)
        write(response, 500, { __type: 'com.amazonaws.sqs#InternalError', message: String(error) });
    });
  });
  return {
    listen: async (port) => ({ url: await listenOnLoopback(server, port) }),
    stop: () => stopServer(server),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  queues: ReadonlyMap<string, LocalQueue>,
  log: Log,
): Promise<void> {
  const hungUp = new AbortController();
  response.once('close', () => hungUp.abort());
  try {
    const body = await readBody(request);
    const action = actionOf(request);
    write(response, 200, await action(queues, body, hungUp.signal));
  } catch (error) {
    if (!(error instanceof SqsError)) throw error;
    if (error.code === 'UnknownOperationException') log('warn', 'sqs', error.message);
    response.setHeader('x-amzn-query-error', `${error.queryCode};Sender`);
    write(response, 400, { __type: `com.amazonaws.sqs#${error.code}`, message: error.message });
  }
}

function actionOf(request: IncomingMessage) {
  const target = String(request.headers['x-amz-target'] ?? '');
  const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
  const known = SQS_ACTIONS.find((each) => each === name);
  if (known !== undefined) return actions[known];
  const text =
    name === ''
      ? 'The local SQS speaks AWS JSON 1.0 only: the header X-Amz-Target must name an AmazonSQS action.'
      : `The local SQS does not know the action ${name}; it knows ${SQS_ACTIONS.join(', ')}.`;
  throw new SqsError('UnknownOperationException', text);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    // The stream has no encoding, so its chunks are buffers.
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > LONGEST_REQUEST_BYTES) {
      throw new SqsError('BatchRequestTooLong', `A request cannot be longer than ${LONGEST_REQUEST_BYTES} bytes.`);
    }
  }
  const text = Buffer.concat(chunks).toString();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new SqsError('InvalidParameterValueException', 'The request is not JSON.');
  }
}

function write(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(body));
}
