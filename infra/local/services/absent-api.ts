/** Where every AWS call goes whose service does not run here, so that none leaves the machine: it is refused by name. */
import { createServer, type IncomingMessage } from 'node:http';
import type { Log } from '../engine/log.ts';
import { listenOnLoopback, stopServer } from '../engine/loopback.ts';
import { type AbsentCall, absentCall, refusal } from './absent-answer.ts';

export type AbsentApi = {
  /** On 127.0.0.1; port 0 takes a free one. */
  listen(port: number): Promise<{ url: string }>;
  stop(): Promise<void>;
};

/** The services that run here, by the name that they are signed with, and the variable that leads to each. */
const HERE: ReadonlyMap<string, string> = new Map([
  ['dynamodb', 'AWS_ENDPOINT_URL_DYNAMODB'],
  ['events', 'AWS_ENDPOINT_URL_EVENTBRIDGE'],
  ['sqs', 'AWS_ENDPOINT_URL_SQS'],
  ['sns', 'AWS_ENDPOINT_URL_SNS'],
  ['lambda', 'AWS_ENDPOINT_URL_LAMBDA'],
  ['scheduler', 'AWS_ENDPOINT_URL_SCHEDULER'],
]);

/** Enough to find the name of an operation in a form. */
const READ_BYTES = 65_536;

/** Answers everything with an error that names service and operation, and says each in one line of the log. */
export function createAbsentApi(log: Log): AbsentApi {
  const server = createServer((request, response) => {
    readBody(request).then(
      (body) => {
        const call = absentCall(request.method ?? '', request.url ?? '/', request.headers, body);
        const message = said(call);
        log('warn', 'local', message);
        const { status, headers, body: answer } = refusal(call.protocol, message);
        response.writeHead(status, headers);
        response.end(answer);
      },
      () => response.destroy(),
    );
  });
  return {
    listen: async (port) => ({ url: await listenOnLoopback(server, port) }),
    stop: () => stopServer(server),
  };
}

function said({ service, operation }: AbsentCall): string {
  const variable = HERE.get(service);
  if (variable === undefined) return `The service ${service} does not run here: ${operation} is refused.`;
  return `The service ${service} runs here at another address, the one in ${variable}: ${operation} is refused.`;
}

/** The beginning of the body; the rest is read and thrown away, so that the caller gets the answer. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    // The stream has no encoding, so its chunks are buffers.
    const buffer = chunk as Buffer;
    if (bytes < READ_BYTES) chunks.push(buffer);
    bytes += buffer.length;
  }
  return Buffer.concat(chunks).toString();
}
