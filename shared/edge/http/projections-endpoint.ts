/** How far every projection and process manager is behind its feed: `GET /projections`, for all contexts at once. */
import type { Context } from 'aws-lambda';
import {
  allParked,
  type Follower,
  type HintFeed,
  lagOf,
  type ProjectionVersions,
  versionForLists,
} from '#shared/projection/index.ts';
import { endpoint } from './endpoint.ts';
import { json } from './http-message.ts';

export type WatchedFollower = {
  readonly context: string;
  readonly kind: ProjectionStatus['kind'];
  readonly follower: Follower;
  readonly versions: Pick<ProjectionVersions, 'table' | 'readActive' | 'createdAt' | 'read'>;
  readonly feed: HintFeed;
};

export type ProjectionStatus = {
  readonly context: string;
  readonly kind: 'projection' | 'process-manager';
  readonly projection: string;
  readonly version: number;
  /**
   * `filling` while lists are answered from an older version or not at all, `parked` when streams of it wait for a redrive, `lagging` while
   * events of the feed are not in the rows.
   */
  readonly state: 'current' | 'lagging' | 'parked' | 'filling';
  readonly lag: { readonly events: number; readonly seconds: number };
  /** Streams. */
  readonly parked: number;
  readonly lastReconciled: string | null;
};

/** Kept of the function's time: what is not counted by then is left out of the lag. */
const RESERVE_MS = 5_000;

export const projectionsEndpoint = (watched: readonly WatchedFollower[], clock: () => Date) =>
  endpoint().handler(async (_, context: Context) => {
    const hasTime = () => context.getRemainingTimeInMillis() > RESERVE_MS;
    return json(200, { projections: await Promise.all(watched.map((one) => projectionStatus(one, clock, hasTime))) });
  });

export async function projectionStatus(
  { context, kind, follower, versions, feed }: WatchedFollower,
  clock: () => Date,
  hasTime: () => boolean,
): Promise<ProjectionStatus> {
  const { version } = follower;
  const table = versions.table(version);
  const [{ events, seconds, lastReconciled }, parked, listed] = await Promise.all([
    lagOf({ table, feed, clock, hasTime }, follower),
    allParked(table),
    kind === 'projection' ? versionForLists(versions, follower, feed) : version,
  ]);
  const state = parked.length > 0 ? 'parked' : events > 0 ? 'lagging' : 'current';
  return {
    context,
    kind,
    projection: follower.name,
    version,
    state: listed !== version ? 'filling' : state,
    lag: { events, seconds },
    parked: parked.length,
    lastReconciled: lastReconciled ?? null,
  };
}
