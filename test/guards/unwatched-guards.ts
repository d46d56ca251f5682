/** The guards that no test watches, and why that is right. A new one is listed here only when its absence cannot be told from outside. */
import type { Guard } from './find-guards.ts';

type Unwatched = {
  /** The declaration that the guard is in. */
  readonly within: string;
  readonly kind: string;
  /** A part of `before → after`, as the run prints it, where the declaration has several guards of the kind. */
  readonly of?: string;
  readonly why: string;
};

const WAITING = 'a wait between two tries; no test shall depend on a clock';

export const UNWATCHED: readonly Unwatched[] = [
  { within: 'sortedKeys', kind: 'boundary', why: 'the keys of an object differ' },
  { within: 'parseStreamId', kind: 'boundary', why: 'a category is not empty, and that is checked behind it' },
  { within: 'hintFeed', kind: 'choice', of: '→ ((parseCursor', why: 'a pattern takes undefined for no cursor too' },
  { within: 'relayStandstill', kind: 'part', of: '→ (FOLLOWING', why: 'no set of texts has undefined in it' },
  { within: 'relayMapping', kind: 'part', of: '→ (error.name', why: 'what the client throws is an error' },
  { within: 'reconciler', kind: 'boundary', of: 'reserved', why: 'a millisecond more or less' },
  { within: 'REMEMBERED', kind: 'limit', why: 'how many are remembered saves requests, and changes no deadline' },
  { within: 'timeIsUp', kind: 'flag', why: 'the answer says so by its status; only the log has it in this form' },
  { within: 'isNotNow', kind: 'part', of: '→ (NETWORK', why: 'a pattern takes a number for a text too' },
  { within: 'untilNothingIsLeft', kind: 'clause', of: 'if (attempt > 1)', why: WAITING },
  { within: 'untilNothingIsLeft', kind: 'effect', of: 'sleep', why: WAITING },
];

export const isOf = (guard: Guard, { within, kind, of = '' }: Unwatched): boolean =>
  guard.within === within && guard.kind === kind && `${guard.before} → ${guard.change.to}`.includes(of);
