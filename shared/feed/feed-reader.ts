/** The feed is read partition by partition, in ranges without a gap, merged by the time of recording. */
import { type EventDefinitions, KitError, type RecordedEvent } from '#shared/event/index.ts';
import type { FeedCursor, FeedPage, FeedReader } from './feed.ts';
import { commitsOf, inNewestShape } from './feed-batch.ts';
import { positionedEvents, positionText } from './feed-position.ts';
import { endOf, type FeedRange, type FeedTable } from './feed-table.ts';

type FeedReaderOptions = {
  readonly table: FeedTable;
  /** Without them events are given as they were stored, also those that this code does not know. */
  readonly events?: EventDefinitions;
};

/**
 * A function's answer holds 6 MB, in which every byte of a body may take two, since the body is a JSON text within it.
 * Source: AWS Lambda quotas.
 */
const MAXIMUM_PAGE_BYTES = 3_000_000;

type Found = { readonly event: RecordedEvent; readonly bytes: number };

/** What was read of a partition, up to `head` or less far. */
type Part = { readonly partition: number; readonly found: readonly Found[]; readonly head: number };

/** The reader of a feed. How many partitions there are, it finds out. */
export function createFeedReader({ table, events }: FeedReaderOptions): FeedReader {
  let partitions: number | undefined;

  async function numbers(): Promise<number[]> {
    partitions ??= await table.partitions();
    return [...Array(partitions ?? 1).keys()];
  }

  return {
    async readAll(after, limit) {
      const all = await numbers();
      const parts = await Promise.all(
        all.map((partition) => readPart(table, events, partition, after[partition] ?? 0, limit)),
      );
      assertWithin(after, parts);
      return toPage(after, parts, limit);
    },

    async head() {
      const all = await numbers();
      return (await Promise.all(all.map((partition) => table.newest(partition)))).map(endOf);
    },
  };
}

/** At least one event when there is any, up to `limit`, and no more than a page needs: batches are many times larger unpacked. */
async function readPart(
  table: FeedTable,
  events: EventDefinitions | undefined,
  partition: number,
  after: number,
  limit: number,
): Promise<Part> {
  const range = await table.read(partition, after, limit);
  assertWhole(partition, after, range);
  const found: Found[] = [];
  let bytes = 0;
  for (const batch of range.batches) {
    if (found.length >= limit || bytes > MAXIMUM_PAGE_BYTES) break;
    let { position } = batch;
    for (const commit of commitsOf(batch)) {
      const read = Math.max(after + 1 - position, 0);
      if (read < commit.events.length && found.length < limit) {
        for (const event of positionedEvents(events === undefined ? commit : inNewestShape(events, commit), {
          partition,
          position,
        }).slice(read)) {
          const size = Buffer.byteLength(JSON.stringify(event)) + 1;
          found.push({ event, bytes: size });
          bytes += size;
        }
      }
      position += commit.events.length;
    }
  }
  return { partition, found, head: range.head };
}

/** Throws `stream-corrupted` when the batches do not follow each other, or do not begin with what comes after the position. */
function assertWhole(partition: number, after: number, { batches, head }: FeedRange): void {
  let expected = Math.min(batches[0]?.position ?? 1, after + 1);
  for (const batch of batches) {
    if (batch.position !== expected) throw corrupted(partition, expected, batch.position);
    expected = endOf(batch) + 1;
  }
  if (after < head && expected <= after + 1) throw corrupted(partition, after + 1);
}

const corrupted = (partition: number, expected: number, found?: number) =>
  new KitError(
    'stream-corrupted',
    `Partition ${partition} of the feed is corrupted: expected position ${expected}, found ${found ?? 'nothing'}. ` +
      'npm run verify tells what is damaged.',
  );

function assertWithin(after: FeedCursor, parts: readonly Part[]): void {
  for (const [partition, position = 0] of after.entries()) {
    const head = parts[partition]?.head ?? 0;
    if (position <= head) continue;
    throw new KitError(
      'invalid-identifier',
      `The feed has no position ${positionText({ partition, position })}: it ends at ${positionText({ partition, position: head })}.`,
    );
  }
}

function toPage(after: FeedCursor, parts: readonly Part[], limit: number): FeedPage {
  const next = parts.map(({ partition }) => after[partition] ?? 0);
  const rest = parts.map(({ found }) => found.values());
  const heads = rest.map((found) => found.next().value);
  const events: RecordedEvent[] = [];
  let bytes = 0;
  while (events.length < limit) {
    // What follows in a partition that was read in part may be earlier than all others.
    if (parts.some(({ partition, head }) => heads[partition] === undefined && (next[partition] ?? 0) < head)) break;
    const partition = earliest(heads);
    const first = heads[partition];
    if (first === undefined) break;
    bytes += first.bytes;
    if (bytes > MAXIMUM_PAGE_BYTES && events.length > 0) break;
    events.push(first.event);
    next[partition] = (next[partition] ?? 0) + 1;
    heads[partition] = rest[partition]?.next().value;
  }
  return { events, next, head: parts.map(({ head }) => head) };
}

/** Which of the next events was recorded first; of several, the one in the lowest partition. */
const earliest = (heads: readonly (Found | undefined)[]): number =>
  heads.reduce((first, found, partition) => {
    const earlier = heads[first]?.event;
    return found !== undefined && (earlier === undefined || found.event.context.when < earlier.context.when)
      ? partition
      : first;
  }, 0);
