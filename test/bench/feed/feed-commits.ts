/** Commits as the relay gets them from a table's stream, without a table. */
import { type StreamId, toStreamId } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import { readCommit } from '#shared/feed/index.ts';
import { kitItems } from '../counter/kit-items.ts';

/** So many streams of so many commits of one event, each in the order of its versions. */
export async function streamsOfCommits(streams: number, length: number): Promise<Commit[][]> {
  const model = (await kitItems(length)).map((item) => readCommit(item));
  return Array.from({ length: streams }, (_, index) => {
    const stream: StreamId = toStreamId('counter', `fed.${index}`);
    return model.map((commit) => ({ ...commit, stream }));
  });
}

/** The first of each, the second of each, and so on, as commits of many streams arrive. */
export const inTurn = (streams: readonly (readonly Commit[])[]): Commit[] =>
  (streams[0] ?? []).flatMap((_, index) => streams.flatMap((commits) => commits[index] ?? []));
