/**
 * Once a minute every projection and process manager of a context is compared with the feed. How far the last is behind, and the most
 * that is parked at one place, become metrics of the context; the log says of whom. A relay that nobody calls counts as parked.
 */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import type { FeedTable } from '#shared/feed/index.ts';
import {
  allParked,
  type Follower,
  type Hint,
  type HintFeed,
  lagOf,
  type QueryTable,
  reconcile,
} from '#shared/projection/index.ts';
import { emitMetrics } from '../metrics.ts';
import { type MappingState, relayStandstill } from './relay-mapping.ts';

export type ReconciledFollower = {
  readonly follower: Follower;
  readonly table: QueryTable;
  readonly sendHints: (hints: readonly Hint[]) => Promise<void>;
  readonly whole?: () => Promise<unknown>;
  /** Hints that are due for another reason than the feed. */
  readonly overdue?: (now: Date) => Promise<readonly Hint[]>;
};

type ReconcilerOptions = {
  readonly feed: HintFeed;
  readonly followers: readonly ReconciledFollower[];
  /** What the relay has put aside. */
  readonly parked: FeedTable['parked'];
  readonly relayMapping: () => Promise<MappingState>;
  /** Of all metrics. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly settleSeconds: number;
  readonly clock: () => Date;
};

type Metrics = Parameters<typeof emitMetrics>[1];

/** What is kept of the function's time to end in order. */
const RESERVE_MS = 10_000;

/** The handler of a schedule. What cannot be reconciled or asked keeps nothing else from it; the call fails in the end. */
export function reconciler(options: ReconcilerOptions) {
  const { feed, followers, parked, dimensions, settleSeconds, clock } = options;
  return async (_: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
    const failures: unknown[] = [];
    for (const [index, one] of followers.entries()) {
      // Each has its share of the time that is left.
      const left = context.getRemainingTimeInMillis() - RESERVE_MS;
      const reserved = RESERVE_MS + (left * (followers.length - index - 1)) / (followers.length - index);
      const hasTime = () => context.getRemainingTimeInMillis() > reserved;
      try {
        await reconcileOne({ ...one, feed, settleSeconds, clock, hasTime }, dimensions);
      } catch (error) {
        console.error(`${one.follower.name} could not be reconciled`, error);
        failures.push(error);
      }
    }
    const standstill = await options.relayMapping().then(relayStandstill, (error: unknown) => {
      console.error('Whether the relay is called could not be asked', error);
      failures.push(error);
      return undefined;
    });
    if (standstill !== undefined) console.error(standstill);
    const atRelay: Metrics = {
      Parked: [(await parked()).length + (standstill === undefined ? 0 : 1), 'Count'],
      // Where nothing follows the feed, nothing is behind it. Without a figure it would look as if this function did not run.
      ...(followers.length === 0 && { LagSeconds: [0, 'Seconds'] }),
    };
    emitMetrics(dimensions, atRelay, clock(), { Part: 'relay' });
    if (failures.length > 0) {
      throw new AggregateError(failures, `${failures.length} of ${followers.length + 1} parts could not be reconciled`);
    }
  };
}

async function reconcileOne(
  { follower, overdue, ...ports }: ReconciledFollower & Parameters<typeof reconcile>[0],
  dimensions: ReconcilerOptions['dimensions'],
): Promise<void> {
  const sent = await reconcile(ports, follower);
  if (sent > 0) console.warn(`${follower.name} was behind; ${sent} hints were sent again`);
  const late = (await overdue?.(ports.clock())) ?? [];
  if (late.length > 0)
    console.warn(`${follower.name} has deadlines that passed unnoticed; ${late.length} hints were sent`);
  await ports.sendHints(late);
  const { events, seconds } = await lagOf(ports, follower);
  const parked = await allParked(ports.table);
  const metrics: Metrics = { LagSeconds: [seconds, 'Seconds'], Parked: [parked.length, 'Count'] };
  emitMetrics(dimensions, metrics, ports.clock(), { Part: follower.name, LagEvents: events });
}

/** Entries of one SendMessageBatch. Source: Amazon SQS API reference. */
const MAXIMUM_ENTRIES = 10;

/** Sends hints to a projection's queue, as the bus does. Throws when one of them could not be sent. */
export function hintSender(client: SQSClient, QueueUrl: string): ReconciledFollower['sendHints'] {
  return async (hints) => {
    for (let start = 0; start < hints.length; start += MAXIMUM_ENTRIES) {
      const Entries = hints.slice(start, start + MAXIMUM_ENTRIES).map((hint, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(hint),
      }));
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length > 0) throw new Error(`${Failed.length} hints could not be sent: ${Failed[0]?.Message}`);
    }
  };
}
