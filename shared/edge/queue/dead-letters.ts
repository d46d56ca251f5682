/**
 * Dead letters of a projection are hints like all messages: each becomes a catch-up of its stream, and is done with when the
 * stream has what it announces, or is parked, since then the log keeps what waits.
 */
import { isKitError, type StreamId } from '#shared/event/index.ts';
import { type AnyProjection, catchUp, type ProjectionPorts, parkStream } from '#shared/projection/index.ts';
import { parseHint } from './projection-hint.ts';

type Letter = { readonly body: string };

/** The letters of one stream, and the newest version that they announce. */
export type StreamLetters<L extends Letter> = {
  readonly stream: StreamId;
  readonly version: number;
  readonly letters: readonly L[];
};

/** By stream, in the order of arrival; and those that are no hints. */
export function sortLetters<L extends Letter>(
  projection: AnyProjection,
  letters: readonly L[],
): { readonly streams: readonly StreamLetters<L>[]; readonly others: readonly L[] } {
  const read = letters.map((letter) => ({ letter, hint: parseHint(projection, letter.body) }));
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
  ports: ProjectionPorts & { readonly clock: () => Date },
  projection: AnyProjection,
  { stream, version }: Pick<StreamLetters<Letter>, 'stream' | 'version'>,
): Promise<LetterOutcome> {
  try {
    const reached = await catchUp(ports, projection, stream, version);
    return { kind: reached < version ? 'not-in-the-log' : 'reached', version: reached };
  } catch (error) {
    if (!isKitError(error) || error.retryable) throw error;
    if (error.code !== 'parked') await parkStream(ports, projection, stream, error);
    return { kind: 'parked', reason: error.message };
  }
}
