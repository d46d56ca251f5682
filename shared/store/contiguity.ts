/** Is what was read from a stream all of it? */
import { KitError } from '#shared/event/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import { type Commit, lastVersion } from './commit.ts';

/**
 * Checks that the commits, oldest first, follow each other without gap or overlap from the version after `after`, and gives
 * the version that they reach. Throws `stream-corrupted` with the stream, the expected and the found version.
 */
export function reachedVersion(stream: StreamId, after: number, commits: readonly Commit[]): number {
  let version = after;
  for (const commit of commits) {
    if (commit.version !== version + 1) {
      throw new KitError(
        'stream-corrupted',
        `Stream ${stream} is corrupted: expected version ${version + 1}, found version ${commit.version}.`,
      );
    }
    version = lastVersion(commit);
  }
  return version;
}
