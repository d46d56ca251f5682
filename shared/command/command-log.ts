/**
 * What became of commands that are answered later, for as long as somebody may ask. The log of events knows nothing of it: what
 * stands here is an answer, never a fact.
 */
import type { KitError, StreamId } from '#shared/event/index.ts';
import type { DispatchOutcome } from './dispatch.ts';

/** How a command ended: as it would have been answered at once, or with what was thrown. */
export type Ending =
  | DispatchOutcome
  | { readonly kind: 'failed'; readonly code: KitError['code'] | 'internal-error'; readonly message: string };

/** What a queue made of a message: its name, by which a copy is recognised, and its place in the order of its stream. */
export type QueuePlace = {
  readonly message: string;
  /** Compared as text: what was accepted later is greater. Empty where a message has lost its place, and then before all others. */
  readonly sequence: string;
};

/** An acceptance of a command; pending without an ending. */
export type CommandEntry = QueuePlace & {
  readonly stream: StreamId;
  readonly id: string;
  readonly what: string;
  readonly payloadHash: string;
  readonly acceptedAt: string;
  /** By which the queue knew the message: the same acceptance, sent again, has the same. */
  readonly deduplicationId: string;
  readonly ending?: Ending;
};

/** Entries are forgotten so long after they were last written. */
export const KEPT_FOR_MS = 7 * 24 * 60 * 60 * 1_000;

/** One entry for each id of each stream: that of the latest acceptance. Both throw `store-unavailable`, which is safe to retry. */
export type CommandLog = {
  /** Strongly consistent. Nothing when there is none, or its time is over. */
  read(stream: StreamId, id: string): Promise<CommandEntry | undefined>;

  /**
   * Writes an entry if {@link replaces} lets it take the place of the one that stands there; atomic. So an acceptance is pending
   * at most until it has ended, whoever is faster, and ends once. False, and nothing written, when it may not.
   */
  write(entry: CommandEntry): Promise<boolean>;
};

/** An entry takes the place of an earlier acceptance's, and one with an ending that of its own acceptance while it is pending. */
export const replaces = (entry: CommandEntry, standing: CommandEntry | undefined): boolean =>
  standing === undefined ||
  standing.sequence < entry.sequence ||
  (entry.ending !== undefined && standing.ending === undefined && standing.message === entry.message);

export type CommandStatus = 'pending' | 'recorded' | 'unchanged' | 'rejected' | 'failed';

/** Whatever refuses a command is a rejection to whoever asks later; only what was thrown is a failure. */
export function statusOf({ ending }: Pick<CommandEntry, 'ending'>): CommandStatus {
  if (ending === undefined) return 'pending';
  if (ending.kind === 'failed') return 'failed';
  if (ending.kind !== 'handled') return 'rejected';
  const { kind } = ending.outcome;
  return kind === 'recorded' || kind === 'unchanged' ? kind : 'rejected';
}
