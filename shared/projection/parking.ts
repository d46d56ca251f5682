/** A stream whose next event cannot be applied is parked: its later events wait behind it, and other streams go on. */
import { KitError, type StreamId } from '#shared/event/index.ts';
import type { Follower } from './projection.ts';
import type { ParkedStream, QueryTable, StoredRow } from './query-table.ts';

type ParkingPorts = { readonly table: QueryTable; readonly clock: () => Date };

/** An error's message may carry a whole document. */
const MAXIMUM_ERROR_CHARACTERS = 1_000;

/** Parks a stream at the version after its row. False when somebody else has moved the row on: then it is not stuck there. */
export async function parkStream(
  { table, clock }: ParkingPorts,
  { initialRow }: Pick<Follower, 'initialRow'>,
  stream: StreamId,
  error: unknown,
): Promise<boolean> {
  const row = (await table.read(stream, { consistent: true })) ?? { watermark: 0, row: initialRow };
  if (row.parked !== undefined) return true;
  const message = error instanceof Error ? error.message : String(error);
  return table.park(stream, row, {
    version: row.watermark + 1,
    error: message.slice(0, MAXIMUM_ERROR_CHARACTERS),
    at: clock().toISOString(),
  });
}

/** Every parked stream, by name. */
export async function allParked(table: QueryTable): Promise<ParkedStream[]> {
  const all: ParkedStream[] = [];
  for (let after: StreamId | undefined; ; after = all.at(-1)?.stream) {
    const page = await table.parkedStreams(after);
    all.push(...page);
    if (page.length === 0) return all;
  }
}

/** Throws `parked` when the stream is. */
export function assertNotParked(stream: StreamId, row: StoredRow | undefined): void {
  if (row?.parked === undefined) return;
  throw new KitError('parked', `${stream} is parked at version ${row.parked.version}: ${row.parked.error}`);
}

/**
 * Takes what waits further, in order, and gives the version reached. Safe to repeat, also after a crash at any point. When it
 * still cannot be applied, the stream is parked again, and that error is thrown.
 */
export async function redriveStream(
  ports: ParkingPorts,
  follower: Pick<Follower, 'initialRow'>,
  stream: StreamId,
  takeFurther: () => Promise<number>,
): Promise<number> {
  await ports.table.unpark(stream);
  try {
    return await takeFurther();
  } catch (error) {
    await parkStream(ports, follower, stream, error);
    throw error;
  }
}
