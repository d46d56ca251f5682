/** What functions may ask of Lambda in a local run. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Log } from '../../engine/log.ts';
import { listenOnLoopback, stopServer } from '../../engine/loopback.ts';
import { type Answer, invoke, mappingPage, mappingState, refusal, type ShownMapping } from './lambda-answers.ts';
import { type LocalFunction, qualifierOf } from './lambda-function.ts';

export type LambdaApi = {
  /** On 127.0.0.1; port 0 takes a free one. */
  listen(port: number): Promise<{ url: string }>;
  /** Ends open connections. */
  stop(): Promise<void>;
};

/** What it answers about; both are looked up at each request, so they may be filled later. */
export type LambdaApiParts = {
  readonly functionNamed: (reference: string) => LocalFunction | undefined;
  readonly mappings: () => ReadonlyMap<string, ShownMapping>;
  readonly log: Log;
};

/** Lambda's limit for a synchronous request. */
const LONGEST_REQUEST_BYTES = 6 * 1_048_576;

const MAPPINGS = /^\/2015-03-31\/event-source-mappings(?:\/([^/]+))?\/?$/;
const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * `GetEventSourceMapping`, `ListEventSourceMappings` and `Invoke` (RequestResponse, Event, DryRun) of the Lambda API; the rest is
 * refused by name.
 */
export function createLambdaApi(parts: LambdaApiParts): LambdaApi {
  const server = createServer((request, response) => {
    answerTo(request, parts)
      .catch((error: unknown): Answer => {
        parts.log(
          'error',
          'lambda',
          `The local Lambda API failed on ${request.method} ${request.url}: ${String(error)}`,
        );
        return refusal(500, 'ServiceException', 'The local Lambda API failed; its log says why.');
      })
      .then((answer) => write(response, answer));
  });
  return {
    listen: async (port) => ({ url: await listenOnLoopback(server, port) }),
    stop: () => stopServer(server),
  };
}

async function answerTo(request: IncomingMessage, parts: LambdaApiParts): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://lambda');
  const mapping = MAPPINGS.exec(pathname);
  if (request.method === 'GET' && mapping !== null) {
    const [, id] = mapping;
    return id === undefined
      ? mappingPage(parts.mappings().values(), searchParams)
      : mappingState(parts.mappings().get(id));
  }
  const [, name] = INVOCATIONS.exec(pathname) ?? [];
  if (request.method === 'POST' && name !== undefined) {
    const body = await readBody(request);
    if (body === undefined) {
      return refusal(413, 'RequestTooLargeException', `Request must be smaller than ${LONGEST_REQUEST_BYTES} bytes`);
    }
    const type = String(request.headers['x-amz-invocation-type'] ?? 'RequestResponse');
    const reference = qualifiedReference(decodeURIComponent(name), searchParams.get('Qualifier'));
    return invoke(parts.functionNamed(reference), reference, type, body);
  }
  return refusal(
    501,
    'NotImplementedException',
    `The local Lambda API knows GetEventSourceMapping, ListEventSourceMappings and Invoke, not ${request.method} ${pathname}.`,
  );
}

function qualifiedReference(reference: string, qualifier: string | null): string {
  return qualifier === null || qualifierOf(reference) !== undefined ? reference : `${reference}:${qualifier}`;
}

/** `undefined` when it is longer than Lambda takes. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    // The stream has no encoding, so its chunks are buffers.
    const buffer = chunk as Buffer;
    bytes += buffer.length;
    if (bytes <= LONGEST_REQUEST_BYTES) chunks.push(buffer);
  }
  return bytes > LONGEST_REQUEST_BYTES ? undefined : Buffer.concat(chunks).toString();
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}
