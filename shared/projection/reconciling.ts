/**
 * No lost tail: nothing in a stream reveals that its last message was lost, so the feed is walked behind the messages. A
 * stretch of it is left only when every stream in it has been reached, since what is sent again can be lost too.
 */
import { categoryOf, type StreamId } from '#shared/event/index.ts';
import type { Follower } from './projection.ts';
import type { QueryTable, StoredRow } from './query-table.ts';

/** A stream has reached a version: all that a message tells. */
export type Hint = { readonly stream: StreamId; readonly version: number };

type FedEvent = Hint & { readonly recordedAt: string };

/** The feed of the context as far as it matters here: which streams moved, in the order of the feed. */
export type HintFeed = {
  /** Up to `limit` events after a cursor; undefined is the beginning. `next` is the cursor behind them. */
  read(
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly events: readonly FedEvent[]; readonly next: string; readonly isEnd: boolean }>;
};

type ReconcilePorts = {
  readonly table: QueryTable;
  readonly feed: HintFeed;
  readonly sendHints: (hints: readonly Hint[]) => Promise<void>;
  readonly clock: () => Date;
  /** How old an event is before its message counts as lost. */
  readonly settleSeconds: number;
  /** Whether there is time for another page. */
  readonly hasTime: () => boolean;
  /** Is told when nothing is missing that was fed before the first walk of this version, or that has settled since. */
  readonly whole?: () => Promise<unknown>;
};

/** How far a projection is known to have everything, when it was walked last, and when first. */
export type Progress = { readonly cursor?: string; readonly at: string; readonly since?: string };

/** Of {@link Progress}. */
export const RECONCILER_NOTE = 'reconciler';
const PAGE = 500;

/** Keys of one BatchGetItem. */
const ROWS_AT_ONCE = 100;

/**
 * Walks the feed from where everything was reached last, up to the events that are younger than the settle time, and sends a
 * hint for each stream that is behind and not parked. Gives the number of hints. Safe to run twice at once, and to be cut off.
 */
export async function reconcile(ports: ReconcilePorts, follower: Follower): Promise<number> {
  const { table, feed, sendHints, clock, settleSeconds, hasTime } = ports;
  const started = clock();
  const settled = new Date(started.getTime() - settleSeconds * 1_000).toISOString();
  const before = (await table.readNote(RECONCILER_NOTE)) as Progress | undefined; // written below
  const since = before?.since ?? started.toISOString();
  let reached = before?.cursor;
  let isWhole = true;
  let isAtEnd = false;
  let hasYoung = false;
  let sent = 0;
  for (let cursor = reached; hasTime(); ) {
    const page = await feed.read(cursor, PAGE);
    const young = page.events.findIndex(({ recordedAt }) => recordedAt > settled);
    const events = young < 0 ? page.events : page.events.slice(0, young);
    hasYoung = young >= 0;
    isAtEnd = hasYoung || page.isEnd;
    if (events.length === 0) break;
    cursor = young < 0 ? page.next : (await feed.read(cursor, young)).next;
    const late = await behind(table, follower, events);
    if (late.length > 0) await sendHints(late.map(({ stream, version }) => ({ stream, version })));
    sent += late.length;
    isWhole &&= late.length === 0;
    if (isWhole) reached = cursor;
    if (isAtEnd) break;
  }
  const after: Progress = { ...(reached !== undefined && { cursor: reached }), at: started.toISOString(), since };
  // Who is overtaken by another run has nothing to add.
  await table.writeNote(RECONCILER_NOTE, { from: before, to: after });
  // What is young is on its way only if it was fed when there was somebody to send it to.
  if (isWhole && isAtEnd && (!hasYoung || since <= settled)) await ports.whole?.();
  return sent;
}

type Late = Hint & { readonly row: StoredRow | undefined };

/** The streams of the projection whose rows have not reached the newest of their events, and are not parked. */
async function behind(table: QueryTable, { categories }: Follower, events: readonly Hint[]): Promise<Late[]> {
  const newest = new Map<StreamId, number>();
  for (const { stream, version } of events) {
    if (categories.includes(categoryOf(stream))) {
      newest.set(stream, Math.max(version, newest.get(stream) ?? 0));
    }
  }
  const streams = [...newest.keys()];
  const late: Late[] = [];
  for (let start = 0; start < streams.length; start += ROWS_AT_ONCE) {
    const some = streams.slice(start, start + ROWS_AT_ONCE);
    const rows = await table.readMany(some);
    for (const stream of some) {
      const [row, version] = [rows.get(stream), newest.get(stream) ?? 0];
      if ((row?.watermark ?? 0) < version && row?.parked === undefined) late.push({ stream, version, row });
    }
  }
  return late;
}

export type Lag = {
  /** Events that the feed has and the rows have not; those of parked streams are not counted. */
  readonly events: number;
  /** Age of the oldest of them; 0 when there are none. */
  readonly seconds: number;
  /** When the feed was walked last; undefined when it never was. */
  readonly lastReconciled: string | undefined;
};

/** How far the projection is behind the feed, from where everything was reached last. Reads until `hasTime` says no. */
export async function lagOf(
  { table, feed, clock, hasTime }: Pick<ReconcilePorts, 'table' | 'feed' | 'clock' | 'hasTime'>,
  follower: Follower,
): Promise<Lag> {
  const progress = (await table.readNote(RECONCILER_NOTE)) as Progress | undefined; // written by reconcile
  const missing = new Map<StreamId, { readonly watermark: number }>();
  let events = 0;
  let oldest: string | undefined;
  for (let cursor = progress?.cursor; hasTime(); ) {
    const page = await feed.read(cursor, PAGE);
    for (const { stream, row } of await behind(table, follower, page.events)) {
      missing.set(stream, { watermark: row?.watermark ?? 0 });
    }
    for (const { stream, version, recordedAt } of page.events) {
      if (version <= (missing.get(stream)?.watermark ?? Number.MAX_SAFE_INTEGER)) continue;
      events += 1;
      if (oldest === undefined || recordedAt < oldest) oldest = recordedAt;
    }
    if (page.isEnd) break;
    cursor = page.next;
  }
  const age = oldest === undefined ? 0 : (clock().getTime() - Date.parse(oldest)) / 1_000;
  return { events, seconds: Math.max(0, Math.round(age)), lastReconciled: progress?.at };
}
