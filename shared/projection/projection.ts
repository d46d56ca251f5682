/** What is a projection? A pure fold of a stream's events into a row, and the queries that the row answers. */
import type { DomainEvent, EventDefinitions, RecordedEvent, StreamId } from '#shared/event/index.ts';

/** The recorded form of one event of a union. */
type RecordedOf<E extends DomainEvent, What extends E['what']> = RecordedEvent<
  What,
  Extract<E, { what: What }>['data']
>;

/** A query of one row: `{id}` in the path is the id of the row's stream. */
export type Query<Row> = {
  readonly path: string;
  /** What it answers, in a sentence for people. */
  readonly meaning: string;
  /** `version` is that of the last event in the row. */
  readonly answer: (row: Row, of: { readonly id: string; readonly version: number }) => unknown;
};

/**
 * One row per stream of a category. Pure: no clock, no I/O, no change of what is passed in.
 *
 * An event without a handler leaves the row as it is. Raise `version` when handlers or row change their meaning: rows of
 * another version are other rows.
 */
export type Projection<Row, E extends DomainEvent> = {
  readonly name: string;
  readonly version: number;
  readonly category: string;
  readonly events: EventDefinitions;
  readonly initialRow: Row;
  readonly on: { readonly [What in E['what']]?: (row: Row, event: RecordedOf<E, What>) => Row };
  readonly queries: readonly Query<Row>[];
};

/** A projection whose own types are behind it: the kit hands it only the rows that it made itself. */
export type AnyProjection = Omit<Projection<unknown, DomainEvent>, 'on'> & {
  readonly on: Readonly<Record<string, ((row: unknown, event: RecordedEvent) => unknown) | undefined>>;
};

export const defineProjection = <Row, E extends DomainEvent>(projection: Projection<Row, E>): AnyProjection =>
  projection as unknown as AnyProjection; // see AnyProjection

/** Rows of different versions of a projection live side by side. */
export const rowKey = ({ version }: AnyProjection, stream: StreamId): string => `v${version}#${stream}`;

/** The row after the events, which must follow on those in the row. */
export const project = (projection: AnyProjection, row: unknown, events: readonly RecordedEvent[]): unknown =>
  events.reduce((before, event) => {
    const { what } = event.context;
    const handler = Object.hasOwn(projection.on, what) ? projection.on[what] : undefined;
    return handler === undefined ? before : handler(before, event);
  }, row);
