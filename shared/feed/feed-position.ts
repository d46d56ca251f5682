/** Places in the feed are texts that sort, within a partition, as the events do. */
import { createHash } from 'node:crypto';
import type { RecordedEvent } from '#shared/event/index.ts';
import { type Commit, recordedEvents } from '#shared/event-store/index.ts';
import type { FeedCursor, FeedPlace } from './feed.ts';

/** As many digits as the largest number that still counts exactly. */
const DIGITS = 16;

/** `0.0000000000000042`; several, one per partition, are joined with `_`. */
const CURSOR_PATTERN = /^\d{1,3}\.\d{16}(?:_\d{1,3}\.\d{16})*$/;

/** `<partition>.<position>`. By itself it is also a cursor, which has nothing of the other partitions. */
export const positionText = ({ partition, position }: FeedPlace): string =>
  `${partition}.${String(position).padStart(DIGITS, '0')}`;

/** One position per partition, joined with `_`. */
export const cursorText = (cursor: FeedCursor): string =>
  Array.from(cursor, (position = 0, partition) => positionText({ partition, position })).join('_');

/** The position that a text names of each partition, or nothing when it names none. */
export function parsePositions(text: string): ReadonlyMap<number, number> | undefined {
  if (!CURSOR_PATTERN.test(text)) return undefined;
  const positions = new Map<number, number>();
  for (const part of text.split('_')) {
    const [partition, position] = part.split('.').map(Number);
    if (partition === undefined || position === undefined || positions.has(partition)) return undefined;
    if (!Number.isSafeInteger(position)) return undefined;
    positions.set(partition, position);
  }
  return positions;
}

/** The cursor that a text names, or nothing when it names none. It has nothing of the partitions that it leaves out. */
export function parseCursor(text: string): FeedCursor | undefined {
  const positions = parsePositions(text);
  if (positions === undefined) return undefined;
  return Array.from({ length: Math.max(...positions.keys()) + 1 }, (_, partition) => positions.get(partition) ?? 0);
}

/** The same partition for a stream, for as long as the feed has as many partitions. */
export const partitionOf = (stream: Commit['stream'], partitions: number): number =>
  partitions === 1 ? 0 : createHash('sha256').update(stream).digest().readUInt32BE() % partitions;

/** The events of a commit in their published form, with the positions that the feed has given them. */
export const positionedEvents = (commit: Commit, { partition, position }: FeedPlace): RecordedEvent[] =>
  recordedEvents(commit).map(({ context, data }, index) => ({
    context: { ...context, position: positionText({ partition, position: position + index }) },
    data,
  }));
