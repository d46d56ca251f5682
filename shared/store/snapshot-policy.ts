/** When does a commit carry a snapshot? */

/**
 * A load reads at most this many commits before it meets a snapshot, and a Query always reads as many as it asks for. Measured
 * with a small state and `npm run bench`: 100 cost 12 read units and 1.02 write units per command, 25 cost 4 and 1.08, and
 * a cold command on a long stream takes half the time.
 */
export const SNAPSHOT_EVERY_EVENTS = 25;

/** Sooner when the events are large: a Query gives at most 1 MB, and a load shall stay one request. */
export const SNAPSHOT_EVERY_BYTES = 256 * 1024;

/** What has been recorded since the last valid snapshot, this commit included. */
export type SinceSnapshot = { readonly events: number; readonly bytes: number };

export const snapshotDue = ({ events, bytes }: SinceSnapshot): boolean =>
  events >= SNAPSHOT_EVERY_EVENTS || bytes >= SNAPSHOT_EVERY_BYTES;
