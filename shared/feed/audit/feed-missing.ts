/** What is missing in a feed is fed by the relay's own writer, in the order in which it is named. */
import type { KitError } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import type { FeedPlace, FeedWriter } from '../feed.ts';
import type { LogScanner } from './log-scanner.ts';

type CommitName = Pick<Commit, 'stream' | 'version'>;

/** Positions of one partition that hold what was fed, and what relays fed meanwhile. */
export type FedPositions = { readonly partition: number; readonly from: number; readonly to: number };

type FeedMissingOptions = {
  readonly scanner: Pick<LogScanner, 'read'>;
  readonly writer: FeedWriter;
  /** Is told, for each commit that cannot be fed why not. */
  readonly stopped: (commit: Commit, error: KitError) => void;
  readonly progress: (commits: number) => void;
};

const AT_ONCE = 100;

/**
 * Feeds the commits, and gives for each partition the positions that are not on the bus. Safe to repeat and to be killed at any
 * moment: what is fed already is passed over. Throws `store-unavailable`.
 */
export async function feedMissing(
  names: AsyncIterable<CommitName>,
  { scanner, writer, stopped, progress }: FeedMissingOptions,
): Promise<FedPositions[]> {
  const ranges = new Map<number, FedPositions>();
  const note = ({ partition, position }: FeedPlace, { events }: Commit) => {
    const { from, to } = ranges.get(partition) ?? { from: position, to: position };
    const last = position + events.length - 1;
    ranges.set(partition, { partition, from: Math.min(from, position), to: Math.max(to, last) });
  };
  for await (const chunk of chunks(names)) {
    const found = new Map((await scanner.read(chunk)).map((commit) => [`${commit.stream}@${commit.version}`, commit]));
    const commits = chunk.flatMap(({ stream, version }) => found.get(`${stream}@${version}`) ?? []);
    for (const [index, outcome] of (await writer.append(commits)).entries()) {
      const commit = commits[index];
      for (const missed of outcome.missed) note(missed.place, missed.commit);
      if (commit === undefined) continue;
      if (outcome.kind === 'fed') note(outcome.place, commit);
      else stopped(commit, outcome.stop.error);
    }
    progress(chunk.length);
  }
  return [...ranges.values()].sort((one, other) => one.partition - other.partition);
}

async function* chunks(names: AsyncIterable<CommitName>): AsyncGenerator<CommitName[]> {
  let chunk: CommitName[] = [];
  for await (const name of names) {
    if (chunk.push(name) < AT_ONCE) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
