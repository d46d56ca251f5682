/** A queue feeds a projection batch by batch; only the messages of a stream that failed come back. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { categoryOf, parseStreamId, type StreamId } from '#shared/event/index.ts';
import { type AnyProjection, catchUp, type ProjectionPorts } from '#shared/projection/index.ts';

/** What is read of a message: which stream has reached which version. Everything else is in the log. */
const message = z.object({ stream: z.string(), version: z.int().check(z.positive()) });

type Message =
  | { readonly record: SQSRecord; readonly stream: StreamId; readonly version: number }
  | { readonly record: SQSRecord; readonly stream: undefined };

/**
 * The handler of a projection's queue, with partial batch responses. Streams are brought up to date side by side. A message
 * that announces more than the log holds comes back alone; when a stream cannot be taken further, all of its messages do.
 */
export function projectionConsumer(projection: AnyProjection, ports: ProjectionPorts) {
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const messages = Records.map((record) => readRecord(projection, record));
    const failed = messages.filter((message) => message.stream === undefined).map(({ record }) => record);
    const byStream = Map.groupBy(
      messages.filter((message) => message.stream !== undefined),
      ({ stream }) => stream,
    );
    await Promise.all(
      [...byStream].map(async ([stream, messages]) => {
        const reached = await reach(stream, Math.max(...messages.map(({ version }) => version)));
        failed.push(...messages.filter(({ version }) => version > reached).map(({ record }) => record));
      }),
    );
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

  /** The version that the row has reached; 0 when it could not be taken further. */
  async function reach(stream: StreamId, announced: number): Promise<number> {
    try {
      const reached = await catchUp(ports, projection, stream, announced);
      if (reached < announced)
        console.error(`Version ${announced} of ${stream} was announced, but the log ends at ${reached}`);
      return reached;
    } catch (error) {
      console.error(`${projection.name} could not take ${stream} further`, error);
      return 0;
    }
  }
}

/** Without a stream when the message is no hint for this projection; it then ends in the dead-letter queue, for a person to look at. */
function readRecord({ categories, name }: AnyProjection, record: SQSRecord): Message {
  const hint = message.safeParse(parseJson(record.body)).data;
  const stream = parseStreamId(hint?.stream ?? '');
  if (hint !== undefined && stream !== undefined && categories.includes(categoryOf(stream))) {
    return { record, stream, version: hint.version };
  }
  console.error(`The message ${record.messageId} names no stream of ${name} with a version`);
  return { record, stream: undefined };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
