/** How is damage told to a person? In one line that names it. */
import type { FeedDamage } from '#shared/feed/audit/index.ts';
import { positionText } from '#shared/feed/index.ts';

export function damageLine(damage: FeedDamage): string {
  switch (damage.kind) {
    case 'torn-in-log':
      return `${damage.stream}: commits are missing or overlap in the log`;
    case 'hole':
      return `positions ${place(damage.partition, damage.from)} to ${place(damage.partition, damage.to)} are in no batch`;
    case 'overlap':
      return `the batch at ${place(damage.partition, damage.position)} begins before the one before it ends`;
    case 'unreadable':
      return `the batch at ${place(damage.partition, damage.from)} cannot be read`;
    case 'not-fed':
      return `${named(damage.commit)} is in the log, but not in the feed`;
    case 'not-in-log':
      return `${fed(damage.commit)} is not in the log`;
    case 'different':
      return `${fed(damage.commit)} is not what the log has`;
    case 'fed-twice':
      return `${fed(damage.commit)} is there before`;
    case 'misplaced':
      return `${fed(damage.commit)} is before its predecessor, or in the wrong partition`;
    case 'not-indexed':
      return `${fed(damage.commit)} is not in the index`;
    case 'wrongly-indexed':
      return `${damage.entry.stream} up to version ${damage.entry.version} is not at position ${damage.entry.position}, where the index has it`;
  }
}

type Named = { readonly stream: string; readonly version: number };

const place = (partition: number, position: number) => positionText({ partition, position });
const named = ({ stream, version }: Named) => `${stream} version ${version}`;
const fed = (commit: Named & { readonly partition: number; readonly position: number }) =>
  `${named(commit)}, fed at ${positionText(commit)},`;
