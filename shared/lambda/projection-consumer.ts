/** How does a queue feed a projection? Batch by batch; only the messages of a stream that failed come back. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import type { RecordedEvent } from '#shared/event/index.ts';
import { type AnyProjection, type ProjectionPorts, projectStream } from '#shared/projection/index.ts';
import { parseStreamId, type StreamId } from '#shared/stream/index.ts';

/** What the engine relies on in a message; the data is for the upcasters and the projection. */
const message = z.object({
  detail: z.object({
    context: z.looseObject({
      what: z.string(),
      stream: z.string(),
      version: z.int().check(z.positive()),
      schemaVersion: z.int().check(z.positive()),
    }),
    data: z.unknown(),
  }),
});

type Message =
  | { readonly record: SQSRecord; readonly stream: StreamId; readonly event: RecordedEvent }
  | { readonly record: SQSRecord; readonly stream: undefined };

/** The handler of a projection's queue, with partial batch responses. Streams are brought up to date side by side. */
export function projectionConsumer(projection: AnyProjection, ports: ProjectionPorts) {
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const messages = Records.map(readRecord);
    const failed = messages.filter((message) => message.stream === undefined).map(({ record }) => record);
    const byStream = Map.groupBy(
      messages.filter((message) => message.stream !== undefined),
      ({ stream }) => stream,
    );
    await Promise.all(
      [...byStream].map(async ([stream, messages]) => {
        try {
          const events = messages.map(({ event }) => event);
          await projectStream(ports, projection, stream, events);
        } catch (error) {
          console.error(`${projection.name} could not take ${stream} further`, error);
          failed.push(...messages.map(({ record }) => record));
        }
      }),
    );
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

/** Without a stream when the message is no event; it then ends in the dead-letter queue, for a person to look at. */
function readRecord(record: SQSRecord): Message {
  const parsed = message.safeParse(parseJson(record.body));
  const stream = parsed.success ? parseStreamId(parsed.data.detail.context.stream) : undefined;
  if (!parsed.success || stream === undefined) {
    console.error(`The message ${record.messageId} is not an event`);
    return { record, stream: undefined };
  }
  return { record, stream, event: parsed.data.detail as unknown as RecordedEvent }; // checked as far as the engine relies on it
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
