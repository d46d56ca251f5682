/** How far every projection is behind its feed: `GET /projections`, for all contexts at once. */
import type { Context } from 'aws-lambda';
import { type AnyProjection, allParked, type HintFeed, lagOf, type QueryTable } from '#shared/projection/index.ts';
import { endpoint } from './endpoint.ts';
import { json } from './http-message.ts';

export type WatchedProjection = {
  readonly context: string;
  readonly projection: AnyProjection;
  readonly table: QueryTable;
  readonly feed: HintFeed;
};

export type ProjectionStatus = {
  readonly context: string;
  readonly kind: 'projection';
  readonly projection: string;
  readonly version: number;
  /** `lagging` while events of the feed are not in the rows, `parked` when streams of it wait for a redrive. */
  readonly state: 'current' | 'lagging' | 'parked';
  readonly lag: { readonly events: number; readonly seconds: number };
  /** Streams. */
  readonly parked: number;
  readonly lastReconciled: string | null;
};

/** Kept of the function's time: what is not counted by then is left out of the lag. */
const RESERVE_MS = 5_000;

export const projectionsEndpoint = (watched: readonly WatchedProjection[], clock: () => Date) =>
  endpoint().handler(async (_, context: Context) => {
    const hasTime = () => context.getRemainingTimeInMillis() > RESERVE_MS;
    return json(200, { projections: await Promise.all(watched.map((one) => projectionStatus(one, clock, hasTime))) });
  });

export async function projectionStatus(
  { context, projection, table, feed }: WatchedProjection,
  clock: () => Date,
  hasTime: () => boolean,
): Promise<ProjectionStatus> {
  const [{ events, seconds, lastReconciled }, parked] = await Promise.all([
    lagOf({ table, feed, clock, hasTime }, projection),
    allParked(table),
  ]);
  return {
    context,
    kind: 'projection',
    projection: projection.name,
    version: projection.version,
    state: parked.length > 0 ? 'parked' : events > 0 ? 'lagging' : 'current',
    lag: { events, seconds },
    parked: parked.length,
    lastReconciled: lastReconciled ?? null,
  };
}
