/** How does a commit look as an item of the events table? */
import { type EventDefinitions, type StoredEvent, upcast } from '#shared/event/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import type { Commit, CommitCause, NewCommit, Snapshot } from './commit.ts';
import type { StreamSlice } from './event-store.ts';
import { assertCommitFits, assertVersionFits, MAXIMUM_ITEM_BYTES } from './limits.ts';

/**
 * One item per commit, key (`stream`, `version` of the first event). Events and snapshot are JSON text: exact for every JSON
 * value, and parsed many times faster than nested attributes.
 */
export type CommitItem = {
  readonly stream: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly who: string;
  readonly why: CommitCause;
  readonly correlationId: string;
  readonly causationId: string;
  readonly events: string;
  readonly snapshot?: string;
  /** Beside the snapshot, so that a reader can tell before parsing. */
  readonly snapshotSchema?: string;
};

function toItem(stream: StreamId, version: number, commit: NewCommit): CommitItem {
  const { snapshot, events, ...shared } = commit;
  const item = { stream, version, ...shared, events: JSON.stringify(events) };
  return snapshot === undefined ? item : { ...item, ...snapshotAttributes(snapshot) };
}

/**
 * The item that an append writes after the slice, without its snapshot if only that makes it too large. Throws
 * `commit-too-large`, with the size, when the events alone do not fit.
 */
export function fittingItem({ stream, version }: StreamSlice, commit: NewCommit): CommitItem {
  if (commit.events.length === 0) throw new Error(`a commit on ${stream} has no events`);
  assertVersionFits(stream, version + commit.events.length);
  const item = toItem(stream, version + 1, commit);
  if (itemBytes(item) <= MAXIMUM_ITEM_BYTES) return item;
  const { snapshot: _, snapshotSchema: __, ...bare } = item;
  assertCommitFits(stream, itemBytes(bare));
  return bare;
}

/** The commit of an item, its events in the newest shape. The snapshot stays behind: it is nobody's but the store's. */
export function toCommit(definitions: EventDefinitions, item: CommitItem): Commit {
  const { snapshot: _, snapshotSchema: __, events, stream, ...shared } = item;
  const stored = JSON.parse(events) as StoredEvent[]; // written by toItem alone
  return { ...shared, stream: stream as StreamId, events: stored.map((event) => upcast(definitions, event)) };
}

export function toSnapshot({ snapshot, snapshotSchema }: CommitItem): Snapshot | undefined {
  if (snapshot === undefined || snapshotSchema === undefined) return undefined;
  const { state, commands } = JSON.parse(snapshot) as Omit<Snapshot, 'schema'>; // written by toItem alone
  return { schema: snapshotSchema, state, commands };
}

/** Stored size of the events of some commits. */
export const eventBytes = (items: readonly CommitItem[]): number =>
  items.reduce((sum, { events }) => sum + events.length, 0);

/** Size as DynamoDB counts it, numbers at their largest. Source: DynamoDB developer guide, item sizes and formats. */
export function itemBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return 21;
  if (typeof value !== 'object' || value === null) return 1;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return entries.reduce((sum, [name, member]) => sum + Buffer.byteLength(name) + itemBytes(member) + 1, 3);
}

const snapshotAttributes = ({ schema, state, commands }: Snapshot) => ({
  snapshot: JSON.stringify({ state, commands }),
  snapshotSchema: schema,
});
