/** What the feed has is put on the bus again: a range of it, or what a parked stream has kept back. */
import type { EventDefinitions, RecordedEvent } from '#shared/event/index.ts';
import { isKitError, parseStreamId } from '#shared/event/index.ts';
import { lastVersion } from '#shared/event-store/index.ts';
import {
  type FeedLog,
  type FeedTable,
  type FeedWriter,
  fedRange,
  inNewestShape,
  type ParkedStream,
  positionedEvents,
} from '#shared/feed/index.ts';
import type { Publish, Unpublished } from './publisher.ts';

type RangeOptions = {
  readonly table: FeedTable;
  readonly events: EventDefinitions;
  readonly publish: Publish;
  readonly progress: (events: number) => void;
  /** Is told what cannot be read, or will never be taken by the bus; it is passed over. */
  readonly passedOver: (line: string) => void;
  readonly signal: AbortSignal;
};

/**
 * Publishes the events of a partition from one position to another, both inclusive, in order. Gives the position to go on from
 * when the bus does not take everything or the signal ends, and nothing when all is done. Throws `stream-corrupted` when a
 * position is missing.
 */
export async function publishRange(
  { partition, from, to }: { readonly partition: number; readonly from: number; readonly to: number },
  { table, events, publish, progress, passedOver, signal }: RangeOptions,
): Promise<number | undefined> {
  for await (const batch of fedRange(table, { partition, from, to })) {
    const outgoing: { readonly position: number; readonly event: RecordedEvent }[] = [];
    for (const { commit, place } of batch) {
      try {
        for (const [index, event] of positionedEvents(inNewestShape(events, commit), place).entries()) {
          const position = place.position + index;
          if (position >= from && position <= to) outgoing.push({ position, event });
        }
      } catch (error) {
        if (!isKitError(error)) throw error;
        passedOver(error.message);
      }
    }
    const [first] = batch;
    if (signal.aborted) return Math.max(first?.place.position ?? from, from);
    const failed = new Map<RecordedEvent, Unpublished>();
    for (const one of await publish(outgoing.map(({ event }) => event))) failed.set(one.event, one);
    for (const { event, reason, final } of failed.values()) {
      if (final)
        passedOver(`${event.context.what}, version ${event.context.version} of ${event.context.stream}: ${reason}`);
    }
    const stopped = outgoing.find(({ event }) => failed.get(event)?.final === false);
    if (stopped !== undefined) return stopped.position;
    progress(outgoing.length);
  }
  return undefined;
}

type ParkedOptions = Pick<RangeOptions, 'table' | 'events' | 'publish'> & {
  readonly log: FeedLog;
  readonly writer: FeedWriter;
};

/** Commits at a time. */
const AT_ONCE = 100;

/**
 * Feeds and publishes what a parked stream has kept back, in order, up to the end of its log, and takes the note away. Gives the
 * reason when it cannot, and what is left then waits as before. Safe to repeat and to be killed: the note goes last.
 */
export async function publishParked(
  parked: ParkedStream,
  { table, events, publish, log, writer }: ParkedOptions,
): Promise<string | undefined> {
  const stream = parseStreamId(parked.stream);
  if (stream === undefined) return 'it is no stream of the log';
  let start = parked.version - 1;
  let reached = start;
  for (;;) {
    const { commits, more, stop } = await log.commitsAfter(stream, start, AT_ONCE);
    const outgoing: RecordedEvent[] = [];
    let reason: string | undefined;
    for (const [index, outcome] of (await writer.append(commits)).entries()) {
      const commit = commits[index];
      if (commit === undefined || reason !== undefined) break;
      if (outcome.kind === 'stopped') reason = outcome.stop.error.message;
      else {
        try {
          outgoing.push(...positionedEvents(inNewestShape(events, commit), outcome.place));
        } catch (error) {
          if (!isKitError(error)) throw error;
          reason = error.message;
        }
      }
    }
    const [failed] = await publish(outgoing);
    reason = failed?.reason ?? reason ?? stop?.error.message;
    if (reason !== undefined) return reason;
    const last = commits.at(-1);
    if (last !== undefined) {
      start = last.version;
      reached = lastVersion(last);
    }
    if (more) continue;
    if (await table.release(parked.stream, reached)) return undefined;
    if (last === undefined) return `the log has nothing of it after version ${reached}`;
  }
}
