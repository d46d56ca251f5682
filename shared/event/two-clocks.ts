/**
 * A history of a stream has two clocks: when an event was recorded, and when it counts in the business. Each reads the same
 * events in an order of its own.
 */
import type { DomainEvent, RecordedEvent } from './event.ts';

/** As much of an event as there is also of one that nobody recorded; `version` is then the one that it would have. */
export type HistoryEvent<What extends string = string, Data = unknown> = {
  readonly context: Pick<RecordedEvent<What>['context'], 'what' | 'effectiveAt' | 'stream' | 'version'>;
  readonly data: Data;
};

/** An event that might have happened, and the date or time from which it would count. */
export type SupposedEvent = DomainEvent & { readonly effectiveAt: string };

/** As it was known at a time: what had been recorded by then, in recorded order. The time is ISO 8601 UTC with milliseconds. */
export const asAt = <E extends Pick<RecordedEvent, 'context'>>(history: readonly E[], time: string): E[] =>
  history.filter(({ context }) => context.when <= time);

/**
 * As it was in force on a date: what counts up to its end, in effective order, whenever it was recorded; without a date,
 * everything.
 */
export const asOf = <E extends HistoryEvent>(history: readonly E[], date = ''): E[] =>
  inEffectiveOrder(
    date === '' ? history : history.filter(({ context }) => context.effectiveAt.slice(0, date.length) <= date),
    ({ context }) => context.effectiveAt,
  );

/**
 * As it would be: all of a history, which is in recorded order, with events that nobody recorded, as if they were recorded
 * last; in effective order.
 */
export const whatIf = (history: readonly HistoryEvent[], supposed: readonly SupposedEvent[]): HistoryEvent[] => {
  const { stream = '', version = 0 } = history.at(-1)?.context ?? {};
  const laidIn = supposed.map(({ what, data, effectiveAt }, index) => ({
    context: { what, effectiveAt, stream, version: version + 1 + index },
    data,
  }));
  return asOf([...history, ...laidIn]);
};

/** By the date or time from which each counts; those of one date or time stay as they stand, in recorded order. */
export const inEffectiveOrder = <T>(all: readonly T[], effectiveAt: (one: T) => string): T[] =>
  all.toSorted((one, other) => compare(effectiveAt(one), effectiveAt(other)));

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
