/**
 * Deadlines that are set stand as entries in the order of their times, beside the rows of their processes. So one whose alarm
 * was lost is found when it is overdue.
 */
import type { StreamId } from '#shared/event/index.ts';
import type { Hint, QueryTable } from '#shared/projection/index.ts';
import type { PendingDeadline } from './process-state.ts';

/** `version` is one that the process has: of the commit that has set it, or of a later one. */
export type ScheduledDeadline = {
  readonly stream: StreamId;
  readonly version: number;
  readonly key: string;
  readonly at: string;
};

const KEY = 'deadlines';

/** Times in one form, so that their texts are in their order. */
export const deadlineEntry = ({ at, key }: PendingDeadline): { readonly key: string; readonly sort: string } => ({
  key: KEY,
  sort: `${new Date(at).toISOString()} ${key}`,
});

const PAGE = 100;

/** An alarm goes off within a minute. Source: EventBridge Scheduler user guide; and its message is on its way for a while. */
const OVERDUE_MS = 90_000;

/** Hints for the processes of which a deadline should have been noticed by now; a hundred at once, the oldest first. */
export async function overdueHints(table: QueryTable, now: Date): Promise<readonly Hint[]> {
  const { entries } = await table.list({ key: KEY, limit: PAGE });
  const passed = new Date(now.getTime() - OVERDUE_MS).toISOString();
  const overdue = entries.filter(({ sort }) => sort < passed);
  return [...new Set(overdue.map(({ stream }) => stream))].map((stream) => ({ stream, version: 1 }));
}
