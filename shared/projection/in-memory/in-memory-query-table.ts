/** Rows and entries are kept as text, so that no caller can change them behind the table's back. */
import type { StreamId } from '#shared/event/index.ts';
import { packText } from '#shared/event-store/index.ts';
import { assertEntryFits, assertEntryKeyFits, assertRowFits } from '../item-limits.ts';
import {
  comparePositions,
  type EntryChanges,
  type EntryPage,
  entryPosition,
  type ListRange,
  MAXIMUM_ENTRY_CHANGES,
  MAXIMUM_PARKED_PAGE,
  MAXIMUM_WRITES,
  parsePosition,
  type QueryTable,
  type RowChange,
  type StoredRow,
} from '../query-table.ts';

/** All of it as text: rows by stream, entries by key and position, notes by name. */
export type InMemoryContent = {
  readonly rows: Map<StreamId, string>;
  readonly entries: Map<string, Map<string, string>>;
  readonly notes: Map<string, string>;
};

export const noContent = (): InMemoryContent => ({ rows: new Map(), entries: new Map(), notes: new Map() });

export const createInMemoryQueryTable = (): QueryTable => queryTableOn(noContent());

export function queryTableOn({ rows, entries, notes }: InMemoryContent): QueryTable {
  function read(stream: StreamId): StoredRow | undefined {
    const text = rows.get(stream);
    return text === undefined ? undefined : JSON.parse(text);
  }

  function assertFits(stream: StreamId, { watermark, row, put, remove }: RowChange): void {
    assertRowFits(stream, { key: stream, watermark, row: packText(JSON.stringify(row)) });
    for (const { key, sort } of [...put, ...remove]) {
      assertEntryKeyFits(stream, { key, sort: entryPosition(sort, stream) });
    }
    for (const { value, ...entry } of put) {
      assertEntryFits(stream, { ...entry, value: packText(JSON.stringify(value)) });
    }
  }

  function changeEntries(stream: StreamId, { put, remove }: EntryChanges): void {
    if (put.length + remove.length > MAXIMUM_ENTRY_CHANGES) throw new Error('more entries than one write takes');
    for (const { key, sort } of remove) entries.get(key)?.delete(entryPosition(sort, stream));
    for (const { key, sort, value } of put) {
      const ofKey = entries.get(key) ?? new Map<string, string>();
      entries.set(key, ofKey.set(entryPosition(sort, stream), JSON.stringify(value)));
    }
  }

  function isStillAt(stream: StreamId, { from, watermark }: RowChange): boolean {
    const before = read(stream);
    if ((before?.watermark ?? 0) !== from || (before?.announced ?? watermark) !== watermark) return false;
    return before?.parked === undefined;
  }

  function apply(stream: StreamId, change: RowChange): void {
    changeEntries(stream, change);
    rows.set(stream, JSON.stringify({ watermark: change.watermark, row: change.row }));
  }

  function list({ key, after, limit, descending = false }: ListRange): EntryPage {
    const ordered = [...(entries.get(key) ?? [])].sort(([one], [other]) => comparePositions(one, other));
    if (descending) ordered.reverse();
    const isBehind = ([position]: [string, string]) =>
      after === undefined || Math.sign(comparePositions(position, after)) === (descending ? -1 : 1);
    const found = ordered.filter(isBehind);
    const page = found.slice(0, limit).map(([position, text]) => ({
      ...parsePosition(position),
      position,
      value: JSON.parse(text),
    }));
    return { entries: page, next: found.length > limit ? page.at(-1)?.position : undefined };
  }

  return {
    read: async (stream) => read(stream),

    async readMany(streams) {
      const found = streams.map((stream) => [stream, read(stream)] as const);
      return new Map(found.filter((pair): pair is [StreamId, StoredRow] => pair[1] !== undefined));
    },

    list: async (range) => list(range),

    async write(stream, change) {
      assertFits(stream, change);
      if (!isStillAt(stream, change)) return false;
      apply(stream, change);
      return true;
    },

    async writeAll(changes) {
      const writes = changes.reduce((sum, { change: { put, remove } }) => sum + 1 + put.length + remove.length, 0);
      if (writes > MAXIMUM_WRITES) throw new Error('more rows and entries than one write takes');
      for (const { stream, change } of changes) assertFits(stream, change);
      if (!changes.every(({ stream, change }) => isStillAt(stream, change))) return false;
      for (const { stream, change } of changes) apply(stream, change);
      return true;
    },

    async announce(stream, { watermark, row }, change) {
      assertFits(stream, change);
      const announced = change.watermark;
      const before = read(stream);
      if ((before?.watermark ?? 0) !== watermark || (before?.announced ?? announced) !== announced) return false;
      if (before?.parked !== undefined) return false;
      rows.set(stream, JSON.stringify({ watermark, row, announced }));
      return true;
    },

    async writeAnnounced(stream, { from, to }, part) {
      const before = read(stream);
      if (before?.watermark !== from || before.announced !== to || before.parked !== undefined) return false;
      changeEntries(stream, part);
      return true;
    },

    async park(stream, before, parked) {
      const current = read(stream);
      if ((current?.watermark ?? 0) !== before.watermark || current?.parked !== undefined) return false;
      rows.set(stream, JSON.stringify({ ...before, ...current, parked }));
      return true;
    },

    async unpark(stream) {
      const { parked, ...row } = read(stream) ?? { watermark: 0, row: undefined };
      if (parked === undefined) return false;
      rows.set(stream, JSON.stringify(row));
      return true;
    },

    async parkedStreams(after) {
      const parked = [...rows.keys()].flatMap((stream) => {
        const row = read(stream);
        return row?.parked === undefined || (after !== undefined && stream <= after) ? [] : [{ stream, ...row.parked }];
      });
      return parked.sort((one, other) => (one.stream < other.stream ? -1 : 1)).slice(0, MAXIMUM_PARKED_PAGE);
    },

    async readNote(name) {
      const text = notes.get(name);
      return text === undefined ? undefined : JSON.parse(text);
    },

    async writeNote(name, { from, to }) {
      if (notes.get(name) !== (from === undefined ? undefined : JSON.stringify(from))) return false;
      notes.set(name, JSON.stringify(to));
      return true;
    },
  };
}
