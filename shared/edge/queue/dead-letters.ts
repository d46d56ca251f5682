/**
 * Dead letters of a follower are hints like all messages: each takes its stream further, and is done with when the
 * stream has what it announces, or is parked, since then the log keeps what waits.
 */
import { isKitError, type StreamId } from '#shared/event/index.ts';
import { type Follower, parkStream } from '#shared/projection/index.ts';
import type { ConsumerPorts } from './hint-consumer.ts';
import { parseHint } from './hint-message.ts';

type Letter = { readonly body: string };

/** The letters of one stream, and the newest version that they announce. */
export type StreamLetters<L extends Letter> = {
  readonly stream: StreamId;
  readonly version: number;
  readonly letters: readonly L[];
};

/** By stream, in the order of arrival; and those that are no hints. */
export function sortLetters<L extends Letter>(
  follower: Follower,
  letters: readonly L[],
): { readonly streams: readonly StreamLetters<L>[]; readonly others: readonly L[] } {
  const read = letters.map((letter) => ({ letter, hint: parseHint(follower, letter.body) }));
  const hints = read.flatMap(({ letter, hint }) => (hint === undefined ? [] : [{ letter, ...hint }]));
  const streams = [...Map.groupBy(hints, ({ stream }) => stream)].map(([stream, own]) => ({
    stream,
    version: Math.max(...own.map(({ version }) => version)),
    letters: own.map(({ letter }) => letter),
  }));
  return { streams, others: read.flatMap(({ letter, hint }) => (hint === undefined ? [letter] : [])) };
}

export type LetterOutcome =
  | { readonly kind: 'reached'; readonly version: number }
  | { readonly kind: 'parked'; readonly reason: string }
  /** The log has less than is announced, so nothing will ever be reached: somebody else's message. */
  | { readonly kind: 'not-in-the-log'; readonly version: number };

/** Safe to repeat. Throws what a later try may cure; then the letters must stay. */
export async function redriveLetters(
  ports: Pick<ConsumerPorts, 'table' | 'clock' | 'takeFurther'>,
  follower: Follower,
  { stream, version }: Pick<StreamLetters<Letter>, 'stream' | 'version'>,
): Promise<LetterOutcome> {
  try {
    const reached = await ports.takeFurther(stream, version);
    return { kind: reached < version ? 'not-in-the-log' : 'reached', version: reached };
  } catch (error) {
    if (!isKitError(error) || error.retryable) throw error;
    if (error.code !== 'parked') await parkStream(ports, follower, stream, error);
    return { kind: 'parked', reason: error.message };
  }
}
