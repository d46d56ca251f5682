/** AWS SDK clients reach the local topics over HTTP, in the query protocol. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Log } from '../../engine/log.ts';
import { listenOnLoopback, stopServer } from '../../engine/loopback.ts';
import { element } from './query-xml.ts';
import { invalidParameter, SnsError } from './sns-error.ts';
import { batchOf, notificationOf } from './sns-requests.ts';
import { SNS_ACTIONS } from './sns-rights.ts';
import type { LocalTopic, Published } from './topic.ts';

type Topics = ReadonlyMap<string, LocalTopic>;

export type SnsServer = {
  /** On 127.0.0.1; port 0 takes a free one. */
  listen(port: number): Promise<{ url: string }>;
  stop(): Promise<void>;
};

/** A batch of 256 KB, each byte written as `%00`, with room for the rest of the request. */
const LONGEST_REQUEST_BYTES = 2 * 1_048_576;

const UNKNOWN = 'InvalidAction';

/** `Publish`, `PublishBatch` and `ListTopics`; any other action is refused by name. Topics that are added later are found. */
export function createSnsServer({ topics, log }: { readonly topics: Topics; readonly log: Log }): SnsServer {
  const server = createServer((request, response) => {
    answer(request, topics).then(
      ({ action, result }) => write(response, 200, `<${action}Response>${result}${METADATA()}</${action}Response>`),
      (error: unknown) => {
        if (error instanceof SnsError && error.code === UNKNOWN) log('warn', 'sns', error.message);
        if (!(error instanceof SnsError)) log('error', 'sns', `The local SNS failed on a request: ${String(error)}`);
        const { code, status, message } =
          error instanceof SnsError
            ? error
            : { code: 'InternalFailure', status: 500, message: 'The local SNS failed; its log says why.' };
        const body =
          element('Type', status < 500 ? 'Sender' : 'Receiver') + element('Code', code) + element('Message', message);
        write(
          response,
          status,
          `<ErrorResponse><Error>${body}</Error>${element('RequestId', randomUUID())}</ErrorResponse>`,
        );
      },
    );
  });
  return {
    listen: async (port) => ({ url: await listenOnLoopback(server, port) }),
    stop: () => stopServer(server),
  };
}

type Action = (form: URLSearchParams, topics: Topics) => string;

const ACTIONS: Readonly<Record<(typeof SNS_ACTIONS)[number], Action>> = {
  Publish(form, topics) {
    if (form.has('PhoneNumber')) throw invalidParameter('PhoneNumber Reason: text messages do not run here');
    const topic = topicOf(topics, form.get('TopicArn') ?? form.get('TargetArn'));
    return published(topic.publish(notificationOf(form)));
  },
  PublishBatch(form, topics) {
    const topic = topicOf(topics, form.get('TopicArn'));
    const results = batchOf(form).map(({ id, notification }) => {
      try {
        return {
          done: element('member', element('Id', id) + published(topic.publish(notification)), true),
          failed: '',
        };
      } catch (error) {
        if (!(error instanceof SnsError)) throw error;
        const told = element('Code', error.code) + element('Message', error.message) + element('SenderFault', 'true');
        return { done: '', failed: element('member', element('Id', id) + told, true) };
      }
    });
    const all = (part: 'done' | 'failed') => results.map((result) => result[part]).join('');
    return `<Successful>${all('done')}</Successful><Failed>${all('failed')}</Failed>`;
  },
  ListTopics(_, topics) {
    const members = [...topics.keys()].map((arn) => element('member', element('TopicArn', arn), true));
    return `<Topics>${members.join('')}</Topics>`;
  },
};

async function answer(request: IncomingMessage, topics: Topics): Promise<{ action: string; result: string }> {
  const form = new URLSearchParams(await readBody(request));
  const name = form.get('Action') ?? '';
  const known = SNS_ACTIONS.find((each) => each === name);
  if (known === undefined) {
    const all = SNS_ACTIONS.join(', ');
    throw new SnsError(UNKNOWN, `The local SNS does not know the action ${name || '""'}; it knows ${all}.`);
  }
  const action = ACTIONS[known];
  return { action: name, result: `<${name}Result>${action(form, topics)}</${name}Result>` };
}

function topicOf(topics: Topics, arn: string | null): LocalTopic {
  if (arn === null) throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
  const topic = topics.get(arn);
  if (topic === undefined) throw new SnsError('NotFound', 'Topic does not exist');
  return topic;
}

function published({ messageId, sequenceNumber }: Published): string {
  return (
    element('MessageId', messageId) + (sequenceNumber === undefined ? '' : element('SequenceNumber', sequenceNumber))
  );
}

const METADATA = () => `<ResponseMetadata>${element('RequestId', randomUUID())}</ResponseMetadata>`;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    // The stream has no encoding, so its chunks are buffers.
    const buffer = chunk as Buffer;
    bytes += buffer.length;
    if (bytes <= LONGEST_REQUEST_BYTES) chunks.push(buffer);
  }
  if (bytes > LONGEST_REQUEST_BYTES) throw invalidParameter('Message too long');
  return Buffer.concat(chunks).toString();
}

function write(response: ServerResponse, status: number, body: string): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'text/xml' });
  response.end(body);
}
