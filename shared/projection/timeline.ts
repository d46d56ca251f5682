/**
 * A timeline is a pure fold of one stream in effective order: every event in its place, whenever it was recorded. An event
 * that is recorded late changes all that follow it, so nothing is kept: it is folded from the log when it is asked.
 */
import type { Fault } from '#shared/aggregate/index.ts';
import type { DomainEvent, HistoryEvent, SupposedEvent } from '#shared/event/index.ts';
import type { Change, Handlers } from './projection.ts';
import type { Found, Query } from './query.ts';

type HistoryOf<E extends DomainEvent, What extends E['what']> = HistoryEvent<What, Extract<E, { what: What }>['data']>;

/**
 * The streams of a category, one at a time. Handlers are those of a projection, but for the order of what they are given; they
 * may be given events that nobody recorded. The keys of entries are the timeline's own.
 */
export type Timeline<Row, E extends DomainEvent> = {
  readonly name: string;
  readonly category: string;
  readonly initialRow: Row;
  readonly on: { readonly [What in E['what']]?: (row: Row, event: HistoryOf<E, What>) => Row | Change<Row> };
  readonly queries: readonly AnyTimelineQuery[];
};

export type FoundInTimeline<Row> = Omit<Found<Row>, 'joined' | 'now'> & {
  /** The row without what is supposed: as it is. */
  readonly actual: Row;
};

/** `GET` of a path with `{id}`. It reads the log strongly, and nothing else. */
export type TimelineQuery<Row, Parameters> = Pick<
  Query<Row, Parameters>,
  'path' | 'meaning' | 'parameters' | 'list'
> & {
  /** Takes `?as-of=<date>` too: what counts up to its end, and nothing later. */
  readonly asOf?: true;
  /** What is laid into the history for this answer; none of it is recorded. */
  readonly suppose?: (parameters: Parameters) => readonly SupposedEvent[];
  /** What is wrong with the parameters, as the history shows; each is told, and there is no answer. */
  readonly faults?: (found: FoundInTimeline<Row>, parameters: Parameters) => readonly Fault[];
  readonly answer: (found: FoundInTimeline<Row>, parameters: Parameters) => unknown;
};

/** A query whose own types are behind it: the kit hands it only what its schema let through, and rows of its timeline. */
export type AnyTimelineQuery = TimelineQuery<unknown, Readonly<Record<string, unknown>>>;

export const defineTimelineQuery = <Row, Parameters = { readonly id: string }>(
  query: TimelineQuery<Row, Parameters>,
): AnyTimelineQuery => query as unknown as AnyTimelineQuery; // see AnyTimelineQuery

/** A timeline whose own types are behind it: the kit hands it only the rows that it made itself. */
export type AnyTimeline = Omit<Timeline<unknown, DomainEvent>, 'on'> & Handlers<HistoryEvent>;

export const defineTimeline = <Row, E extends DomainEvent>(timeline: Timeline<Row, E>): AnyTimeline =>
  timeline as unknown as AnyTimeline; // see AnyTimeline
