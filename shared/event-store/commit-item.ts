/** The form of a commit in the events table: one item, without what follows from something else in it. */
import { type EventDefinitions, type StoredEvent, type StreamId, upcast } from '#shared/event/index.ts';
import { type Commit, commitIdOf, eventIdAt, type NewCommit, type Snapshot } from './commit.ts';
import type { LoadedStream } from './event-store.ts';
import { type PackedText, packText, unpackText } from './packed-text.ts';

/** Key (`stream`, `version` of the first event). The snapshot, which may be long, is packed. */
type SharedAttributes = {
  readonly stream: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly who: string;
  /** JSON: exact for every JSON value, and parsed many times faster than nested attributes. */
  readonly events: string;
  readonly snapshot?: PackedText;
  /** Beside the snapshot, so that a reader can tell before parsing. */
  readonly snapshotSchema?: string;
};

/** As items are written. */
type WrittenItem = SharedAttributes & {
  readonly why?: undefined;
  /** The ids of the events are derived from it; without it they are among the events. */
  readonly id?: string;
  readonly command: string;
  /** When it is not the commit's id. */
  readonly commandId?: string;
  readonly payloadHash?: string;
  /** When the command was not sent by who is recorded. */
  readonly commandWho?: string;
  /** Milliseconds from the command to its record, when there are any; or the time of the command, in another form of it. */
  readonly tookMs?: number;
  readonly commandWhen?: string;
  /** When it is not the commit's id; without such an id, not the command's. */
  readonly correlationId?: string;
  /** When it is not the command's id. */
  readonly causationId?: string;
};

/** As items were written first, with everything in them and each event as an object; the log may hold some. */
type FirstItem = SharedAttributes & Pick<Commit, 'why' | 'correlationId' | 'causationId'>;

export type CommitItem = WrittenItem | FirstItem;

/** The item of a commit after a version of its stream, without its snapshot. */
export function toItem(stream: StreamId, after: number, commit: NewCommit): WrittenItem {
  const { recordedAt, who, why, correlationId, causationId, events } = commit;
  const id = commitIdOf(events);
  return {
    stream,
    version: after + 1,
    recordedAt,
    who,
    ...(id !== undefined && { id }),
    command: why.what,
    ...(why.id !== id && { commandId: why.id }),
    ...(why.payloadHash !== undefined && { payloadHash: why.payloadHash }),
    ...(why.who !== who && { commandWho: why.who }),
    ...(why.when !== recordedAt && timeOfCommand(why.when, recordedAt)),
    ...(correlationId !== (id ?? why.id) && { correlationId }),
    ...(causationId !== why.id && { causationId }),
    events: eventRows(events, recordedAt, id === undefined),
  };
}

/** The attributes of a snapshot, and the length of its JSON; nothing when that is longer than `maximum` characters. */
export function toSnapshotAttributes({ schema: snapshotSchema, state, commands }: Snapshot, maximum: number) {
  const text = JSON.stringify({ state, commands });
  if (text.length > maximum) return undefined;
  return { attributes: { snapshot: packText(text), snapshotSchema }, bytes: Buffer.byteLength(text) };
}

/** What tells a commit from every other one that may be where it would be written: whether it has been written already. */
export const isSameCommit = (item: CommitItem, stored: { readonly id?: unknown; readonly events?: unknown }): boolean =>
  stored.events === item.events && stored.id === ('id' in item ? item.id : undefined);

/**
 * The commit of an item, its events in the shape in which they were stored. The snapshot stays behind: it is nobody's but the
 * store's.
 */
export function storedCommit(item: CommitItem): Commit {
  const { version, recordedAt, who } = item;
  const stream = item.stream as StreamId; // written from a StreamId
  if (item.why !== undefined) {
    const { why, correlationId, causationId } = item;
    const events = JSON.parse(item.events) as StoredEvent[]; // written by toItem alone
    return { stream, version, recordedAt, who, why, correlationId, causationId, events };
  }
  const { command, commandId = item.id ?? '', payloadHash, commandWho = who, tookMs = 0 } = item;
  const when = item.commandWhen ?? (tookMs === 0 ? recordedAt : timeBefore(recordedAt, tookMs));
  const why = { id: commandId, what: command, when, who: commandWho };
  return {
    stream,
    version,
    recordedAt,
    who,
    why: payloadHash === undefined ? why : { ...why, payloadHash },
    correlationId: correlationOf(item),
    causationId: item.causationId ?? commandId,
    events: eventsOf(item),
  };
}

export const correlationOf = (item: CommitItem): string =>
  item.why === undefined ? (item.correlationId ?? item.id ?? item.commandId ?? '') : item.correlationId;

/** The commit of an item, its events in the newest shape. */
export function toCommit(definitions: EventDefinitions, item: CommitItem): Commit {
  const commit = storedCommit(item);
  return { ...commit, events: commit.events.map((event) => upcast(definitions, event)) };
}

/** Version of the last event in an item. */
export const lastVersionOf = ({ version, events }: CommitItem): number =>
  version + (JSON.parse(events) as unknown[]).length - 1; // an array in both forms

/** Whether the item has a snapshot with this tag; told without unpacking it. */
export const hasSnapshot = (item: CommitItem, snapshotSchema: string | undefined): boolean =>
  item.snapshot !== undefined && snapshotSchema !== undefined && item.snapshotSchema === snapshotSchema;

/** The snapshot of an item, if it has one. */
export function snapshotOf({ snapshot, snapshotSchema: schema }: CommitItem): LoadedStream['snapshot'] {
  if (snapshot === undefined || schema === undefined) return undefined;
  const text = unpackText(snapshot);
  const { state, commands } = JSON.parse(text) as Omit<Snapshot, 'schema'>; // as toSnapshotAttributes has it
  return { schema, state, commands, bytes: Buffer.byteLength(text) };
}

function timeOfCommand(when: string, recordedAt: string): Pick<WrittenItem, 'tookMs' | 'commandWhen'> {
  const tookMs = Date.parse(recordedAt) - Date.parse(when);
  return !Number.isNaN(tookMs) && timeBefore(recordedAt, tookMs) === when ? { tookMs } : { commandWhen: when };
}

const timeBefore = (time: string, milliseconds: number): string =>
  new Date(Date.parse(time) - milliseconds).toISOString();

/** An event without what is the same as in the one before it: from the end left out, else null. */
type EventRow = [
  data: unknown,
  what?: string | null,
  effectiveAt?: string | null,
  schemaVersion?: number | null,
  id?: string,
];

/** What the first event of a commit is compared with. */
const before = (recordedAt: string) => ({ what: '', effectiveAt: recordedAt, schemaVersion: 1 });

function eventRows(events: readonly StoredEvent[], recordedAt: string, withIds: boolean): string {
  const rows = events.map((event, index) => {
    const last = events[index - 1] ?? before(recordedAt);
    const row = [
      event.data,
      event.what === last.what ? null : event.what,
      event.effectiveAt === last.effectiveAt ? null : event.effectiveAt,
      event.schemaVersion === last.schemaVersion ? null : event.schemaVersion,
      withIds ? event.id : null,
    ];
    return row.slice(0, 1 + row.findLastIndex((member, column) => column === 0 || member !== null));
  });
  return JSON.stringify(rows);
}

function eventsOf({ events, recordedAt, id: commitId }: WrittenItem): StoredEvent[] {
  let last = before(recordedAt);
  return (JSON.parse(events) as EventRow[]).map(([data, what, effectiveAt, schemaVersion, id], index) => {
    last = {
      what: what ?? last.what,
      effectiveAt: effectiveAt ?? last.effectiveAt,
      schemaVersion: schemaVersion ?? last.schemaVersion,
    };
    return { id: id ?? eventIdAt(commitId ?? '', index), data, ...last };
  });
}
