/** A record of DynamoDB Streams as Lambda shows it to a function. */
import { createHash } from 'node:crypto';
import type { AttributeValue, _Record as SourceRecord } from '@aws-sdk/client-dynamodb-streams';
import { jsonBytes } from './mapping-invocation.ts';

/** A record on its way to the function. */
export type StreamRecord = {
  /** As the function sees it. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly sequenceNumber: string;
  /** When it was read, in milliseconds: DynamoDB Local's own times are cut to the minute. */
  readonly receivedAt: number;
  readonly bytes: number;
  /** Equal for all records of one item. */
  readonly itemKey: string;
};

const TIME_TO_LIVE = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };

/** `sourceArn` is the stream of the template. Throws when the record has no sequence number, which DynamoDB promises. */
export function streamRecord(source: SourceRecord, sourceArn: string, receivedAt: number): StreamRecord {
  const { dynamodb = {} } = source;
  if (dynamodb.SequenceNumber === undefined) throw new Error(`A record of ${sourceArn} has no sequence number.`);
  const { ApproximateCreationDateTime: created, Keys = {}, NewImage, OldImage } = dynamodb;
  const expired = String(source.eventName) === 'UNKNOWN_TO_SDK_VERSION';
  const event = {
    eventID: source.eventID,
    eventName: expired ? 'REMOVE' : source.eventName,
    eventVersion: source.eventVersion,
    eventSource: source.eventSource,
    awsRegion: sourceArn.split(':')[3],
    dynamodb: {
      ...(created === undefined ? {} : { ApproximateCreationDateTime: Math.floor(created.getTime() / 1000) }),
      Keys: image(Keys),
      ...(NewImage === undefined ? {} : { NewImage: image(NewImage) }),
      ...(OldImage === undefined ? {} : { OldImage: image(OldImage) }),
      SequenceNumber: dynamodb.SequenceNumber,
      SizeBytes: dynamodb.SizeBytes,
      StreamViewType: dynamodb.StreamViewType,
    },
    ...(expired ? { userIdentity: TIME_TO_LIVE } : userIdentity(source)),
    eventSourceARN: sourceArn,
  };
  const sortedKeys = Object.entries(event.dynamodb.Keys).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    event,
    sequenceNumber: dynamodb.SequenceNumber,
    receivedAt,
    bytes: jsonBytes(event),
    itemKey: JSON.stringify(sortedKeys),
  };
}

/** The batcher of an item among `batchers`; always the same for the same item. */
export function batcherOf({ itemKey }: StreamRecord, batchers: number): number {
  return batchers === 1 ? 0 : createHash('md5').update(itemKey).digest().readUInt32BE() % batchers;
}

function userIdentity({ userIdentity: identity }: SourceRecord): object {
  return identity === undefined ? {} : { userIdentity: { type: identity.Type, principalId: identity.PrincipalId } };
}

function image(attributes: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, plain(value)]));
}

/** Binary as base64 text, as in the JSON of the event; everything else as it is. */
function plain(value: AttributeValue): unknown {
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.L !== undefined) return { L: value.L.map(plain) };
  if (value.M !== undefined) return { M: image(value.M) };
  // The streams of DynamoDB Local leave out the type of an empty map.
  if (Object.keys(value).length === 0) return { M: {} };
  return value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
