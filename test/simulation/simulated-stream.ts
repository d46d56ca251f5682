/**
 * The stream of an events table: what is written comes to the relay in order, shard by shard, and comes again until it is
 * done. It drops nothing, keeps the order of each shard, and may give a batch twice.
 */
import type { AttributeValue, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { CommitItem } from '#shared/event-store/index.ts';
import { latencyOf } from './faulty-step.ts';
import type { Invocation, Run } from './simulated-function.ts';

type Relay = (event: DynamoDBStreamEvent) => Promise<Invocation<DynamoDBBatchResponse>>;

export type SimulatedStream = { add(item: CommitItem): void; isDrained(): boolean };

const RETRY_MS = 1_000;
const GHOST_MS = 20_000;

/** A stream of the table always comes through the same shard. */
const shardOf = (stream: string, shards: number) => stream.charCodeAt(stream.length - 1) % shards;

export function simulatedStream(
  run: Run,
  name: string,
  { shards: count, batch }: { readonly shards: number; readonly batch: number },
  relay: Relay,
): SimulatedStream {
  const { time, draws, note } = run;
  const shards = Array.from({ length: count }, () => ({
    records: [] as DynamoDBStreamEvent['Records'],
    done: 0,
    size: batch,
    isBusy: false,
  }));
  type Shard = (typeof shards)[number];

  function wake(shard: Shard, milliseconds: number): void {
    if (shard.isBusy || shard.done === shard.records.length) return;
    shard.isBusy = true;
    time.after(milliseconds, async () => {
      await deliver(shard);
      shard.isBusy = false;
      wake(shard, RETRY_MS);
    });
  }

  async function deliver(shard: Shard): Promise<void> {
    const Records = shard.records.slice(shard.done, shard.done + shard.size);
    const twice = draws.rare(`${name} batch`, [
      ['again', 0.03],
      ['at once', 0.03],
    ]);
    if (twice === 'at once') {
      note(name, `FAULT gives ${Records.length} records to another relay too`);
      time.after(GHOST_MS * draws.share(`${name} ghost`), () => relay({ Records }));
    }
    const invocation = await relay({ Records });
    if (invocation.kind !== 'answered') {
      note(name, `gives ${Records.length} records again: ${'error' in invocation ? invocation.error : 'no answer'}`);
      // The mapping halves a batch that fails.
      shard.size = Math.max(1, Math.floor(Records.length / 2));
      return;
    }
    shard.size = batch;
    const [failure] = invocation.answer.batchItemFailures;
    const first = Records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failure?.itemIdentifier);
    if (failure !== undefined) note(name, `gives ${Records.length - Math.max(0, first)} records again, as reported`);
    if (twice !== 'again') shard.done += failure === undefined ? Records.length : Math.max(0, first);
  }

  return {
    add(item) {
      const shard = shards[shardOf(item.stream, count)];
      if (shard === undefined) throw new Error('there is no such shard');
      const { stream, version } = item;
      shard.records.push({
        eventName: 'INSERT',
        dynamodb: {
          Keys: asImage({ stream, version }),
          NewImage: asImage(item),
          SequenceNumber: String(shard.records.length + 1),
        },
      });
      wake(shard, latencyOf(run, name));
    },
    isDrained: () => shards.every(({ records, done, isBusy }) => done === records.length && !isBusy),
  };
}

/** Unmarshalled already: the relay is told how to read an image. */
const asImage = (item: object) => item as Record<string, AttributeValue>;
