/** A stream whose next event cannot be applied is parked: its later events wait behind it, and other streams go on. */
import type { StreamId } from '#shared/event/index.ts';
import { catchUp, type ProjectionPorts } from './catch-up.ts';
import type { AnyProjection } from './projection.ts';
import type { ParkedStream, QueryTable } from './query-table.ts';

/** An error's message may carry a whole document. */
const MAXIMUM_ERROR_CHARACTERS = 1_000;

/** Parks a stream at the version after its row. False when somebody else has moved the row on: then it is not stuck there. */
export async function parkStream(
  { table, clock }: { readonly table: QueryTable; readonly clock: () => Date },
  projection: AnyProjection,
  stream: StreamId,
  error: unknown,
): Promise<boolean> {
  const row = (await table.read(stream, { consistent: true })) ?? { watermark: 0, row: projection.initialRow };
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

/**
 * Applies what waits, in order, and gives the version reached. Safe to repeat, also after a crash at any point. When it still
 * cannot be applied, the stream is parked again, and that error is thrown.
 */
export async function redriveStream(
  ports: ProjectionPorts & { readonly clock: () => Date },
  projection: AnyProjection,
  stream: StreamId,
): Promise<number> {
  await ports.table.unpark(stream);
  try {
    return await catchUp(ports, projection, stream, Number.MAX_SAFE_INTEGER);
  } catch (error) {
    await parkStream(ports, projection, stream, error);
    throw error;
  }
}
