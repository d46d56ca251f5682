/** In which order are a stream's shards read? Pure. */

export type ShardView = {
  readonly id: string;
  readonly parentId: string | undefined;
  /** Gets no further records. */
  readonly closed: boolean;
};

/**
 * The shards that may be read now: not begun yet, and their parent read to its end and handled, or no longer kept. So
 * an item's records stay in order when its shard is split or replaced.
 */
export function readable(
  shards: readonly ShardView[],
  begun: ReadonlySet<string>,
  finished: ReadonlySet<string>,
): ShardView[] {
  const kept = new Set(shards.map(({ id }) => id));
  const waits = (parentId: string | undefined) =>
    parentId !== undefined && kept.has(parentId) && !finished.has(parentId);
  return shards.filter(({ id, parentId }) => !begun.has(id) && !waits(parentId));
}
