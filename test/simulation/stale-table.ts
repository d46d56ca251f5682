/** A query table that also knows what its rows were before they were written last: that is what an eventually consistent read may give. */
import type { StreamId } from '#shared/event/index.ts';
import { createInMemoryQueryTable, type QueryTable, type StoredRow } from '#shared/projection/index.ts';
import { aroundCalls } from '../shared/projection/around-calls.ts';

export type StaleTable = {
  readonly table: QueryTable;
  /** The earlier answer of a call, when it is one that may give it. */
  readonly stale: (call: keyof QueryTable, args: readonly unknown[]) => (() => unknown) | undefined;
};

const ROW_WRITES: readonly (keyof QueryTable)[] = ['write', 'announce', 'park', 'unpark'];

export function staleTable(): StaleTable {
  const bare = createInMemoryQueryTable();
  const older = new Map<StreamId, StoredRow | undefined>();

  const table = aroundCalls(bare, async (call, proceed, [stream]) => {
    if (!ROW_WRITES.includes(call)) return proceed();
    const before = await bare.read(stream as StreamId); // every write of a row names its stream first
    const written = await proceed();
    if (written) older.set(stream as StreamId, before);
    return written;
  });

  return {
    table,
    stale(call, [about, reading]) {
      if ((reading as { consistent?: boolean } | undefined)?.consistent) return undefined;
      if (call === 'read') {
        const stream = about as StreamId; // the argument of read
        return older.has(stream) ? () => older.get(stream) : undefined;
      }
      if (call !== 'readMany') return undefined;
      const streams = (about as readonly StreamId[]).filter((stream) => older.has(stream)); // the argument of readMany
      if (streams.length === 0) return undefined;
      return () =>
        new Map(
          streams.flatMap((stream) => {
            const row = older.get(stream);
            return row === undefined ? [] : [[stream, row] as const];
          }),
        );
    },
  };
}
