/** A queue feeds what keeps up with streams batch by batch; only the messages of a stream that failed come back, later each time. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { isKitError, type StreamId } from '#shared/event/index.ts';
import { type Follower, parkStream, type QueryTable } from '#shared/projection/index.ts';
import { parseHint } from './hint-message.ts';

type Hint = {
  readonly record: SQSRecord;
  readonly stream: StreamId;
  readonly version: number;
  readonly notBefore: string | undefined;
};
/** A hopeless message comes back at once, so that the queue gives it up soon: it will never be right. */
type Failed = { readonly record: SQSRecord; readonly isHopeless: boolean };

type Message = Hint | { readonly record: SQSRecord; readonly stream: undefined };

export type ConsumerPorts = {
  /** Where streams are parked. */
  readonly table: QueryTable;
  /** Brings a stream at least to a version, as far as the log goes, and gives the version reached. Safe to retry. */
  readonly takeFurther: (stream: StreamId, announced: number) => Promise<number>;
  /** Is told that a stream could not be taken further. */
  readonly forget?: (stream: StreamId) => void;
  readonly clock: () => Date;
  /** Lets a message that comes back do so after some seconds, instead of the queue's visibility timeout. */
  readonly comeBackAfter: (record: SQSRecord, seconds: number) => Promise<void>;
};

/** An event is given up, and its stream parked, when it could not be applied this often. */
export const MAXIMUM_ATTEMPTS = 5;

/** Between two receives; they double from one second on. */
const MAXIMUM_BACK_OFF_SECONDS = 15 * 60;

/**
 * The handler of a follower's queue, with partial batch responses. Streams are brought up to date side by side. A message
 * that announces more than the log holds comes back alone; when a stream cannot be taken further, all of its messages do. What
 * a later try may cure comes back until it is cured; an event that cannot be applied parks its stream after
 * {@link MAXIMUM_ATTEMPTS}, and messages of parked streams are acknowledged: what they announce waits in the log.
 */
export function hintConsumer(follower: Follower, ports: ConsumerPorts) {
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const messages = Records.map((record) => readRecord(follower, record));
    const failed: Failed[] = messages.flatMap(({ record, stream }) =>
      stream === undefined ? [{ record, isHopeless: true }] : [],
    );
    const now = ports.clock().getTime();
    const isEarly = ({ notBefore }: Pick<Hint, 'notBefore'>) => notBefore !== undefined && Date.parse(notBefore) > now;
    const hints = messages.filter((one): one is Hint => one.stream !== undefined);
    // Who has sent it has a clock that is ahead of ours.
    failed.push(
      ...hints.flatMap(({ record, notBefore }) => (isEarly({ notBefore }) ? [{ record, isHopeless: false }] : [])),
    );
    const byStream = Map.groupBy(
      hints.filter((one) => !isEarly(one)),
      ({ stream }) => stream,
    );
    await Promise.all([...byStream].map(async ([stream, hints]) => failed.push(...(await leftOf(stream, hints)))));
    await Promise.all(failed.map(backOff));
    return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.messageId })) };
  };

  /** The messages of a stream that come back. */
  async function leftOf(stream: StreamId, hints: readonly Hint[]): Promise<Failed[]> {
    const announced = Math.max(...hints.map(({ version }) => version));
    try {
      const reached = await ports.takeFurther(stream, announced);
      if (reached < announced) {
        console.error(`Version ${announced} of ${stream} was announced, but the log ends at ${reached}`);
      }
      return hints.flatMap(({ record, version }) => (version > reached ? [{ record, isHopeless: true }] : []));
    } catch (error) {
      return (await isSettled(stream, hints, error)) ? [] : hints.map(({ record }) => ({ record, isHopeless: false }));
    }
  }

  /** Whether a failure has been dealt with: the stream is parked, by an earlier message or now. */
  async function isSettled(stream: StreamId, hints: readonly Hint[], error: unknown): Promise<boolean> {
    if (isKitError(error, 'parked')) return true;
    console.error(`${follower.name} could not take ${stream} further`, error);
    const attempts = Math.max(...hints.map(({ record }) => receivesOf(record)));
    if (!isPoison(error) || attempts < MAXIMUM_ATTEMPTS) return false;
    ports.forget?.(stream);
    const parked = await parkStream(ports, follower, stream, error).catch((failure: unknown) => {
      console.error(`${stream} could not be parked`, failure);
      return false;
    });
    if (parked) console.error(`${follower.name} has parked ${stream}; npm run redrive tries it again`);
    return parked;
  }

  async function backOff({ record, isHopeless }: Failed): Promise<void> {
    const seconds = isHopeless ? 0 : Math.min(2 ** (receivesOf(record) - 1), MAXIMUM_BACK_OFF_SECONDS);
    await ports.comeBackAfter(record, seconds).catch((error: unknown) => {
      console.warn(`The message ${record.messageId} comes back after the visibility timeout`, error);
    });
  }
}

/** What the same code will meet again in the same log. Anything else, such as a missing grant, is no fault of the event's. */
const isPoison = (error: unknown): boolean => isKitError(error) && POISON.has(error.code);

const POISON: ReadonlySet<string> = new Set([
  'event-not-applied',
  'command-not-carried-out',
  'commit-too-large',
  'too-many-streams',
  'unknown-event',
  'stream-corrupted',
  'row-too-large',
  'invalid-identifier',
]);

const receivesOf = ({ attributes }: SQSRecord): number => Number(attributes.ApproximateReceiveCount);

/** Without a stream when the message is no hint for this projection; it then ends in the dead-letter queue, for a person to look at. */
function readRecord(follower: Follower, record: SQSRecord): Message {
  const hint = parseHint(follower, record.body);
  if (hint !== undefined) return { record, ...hint };
  console.error(`The message ${record.messageId} names no stream of ${follower.name} with a version`);
  return { record, stream: undefined };
}
