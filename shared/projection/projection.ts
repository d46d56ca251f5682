/** A projection is a pure fold of one stream at a time into a row and entries, with the queries that they answer. */
import {
  type DomainEvent,
  type EventDefinitions,
  type HistoryEvent,
  KitError,
  type RecordedEvent,
} from '#shared/event/index.ts';
import type { AnyQuery } from './query.ts';
import type { Entry, EntryChanges, EntryKey } from './query-table.ts';

/** The recorded form of one event of a union. */
type RecordedOf<E extends DomainEvent, What extends E['what']> = RecordedEvent<
  What,
  Extract<E, { what: What }>['data']
>;

const entriesOf: unique symbol = Symbol('entries');

/** A row together with entries that an event puts or removes; made by {@link change}. */
export type Change<Row> = { readonly row: Row; readonly [entriesOf]: EntryChanges };

/** What a handler gives that puts or removes entries too. Of several changes of one entry by one event, the put holds. */
export const change = <Row>(row: Row, { put = [], remove = [] }: Partial<EntryChanges>): Change<Row> => ({
  row,
  [entriesOf]: { put, remove },
});

/**
 * One row per stream of its categories, and entries under keys that streams share. Pure: no clock, no I/O, no change of what
 * is passed in.
 *
 * An event without a handler leaves row and entries as they are. Raise `version` when handlers, row or entries change their
 * meaning: what another version has made is something else.
 */
export type Projection<Row, E extends DomainEvent> = {
  readonly name: string;
  readonly version: number;
  readonly categories: readonly string[];
  readonly events: EventDefinitions;
  readonly initialRow: Row;
  readonly on: { readonly [What in E['what']]?: (row: Row, event: RecordedOf<E, What>) => Row | Change<Row> };
  readonly queries: readonly AnyQuery[];
};

/** What keeps up with streams, each for itself: a projection, or a process manager. */
export type Follower = Pick<AnyProjection, 'name' | 'version' | 'categories' | 'initialRow'>;

type Handler<E extends HistoryEvent> = (row: unknown, event: E) => unknown;

/** What events are folded with. */
export type Handlers<E extends HistoryEvent> = {
  readonly name: string;
  readonly on: Readonly<Record<string, Handler<E> | undefined>>;
};

/** A projection whose own types are behind it: the kit hands it only the rows that it made itself. */
export type AnyProjection = Omit<Projection<unknown, DomainEvent>, 'on'> & Handlers<RecordedEvent>;

export const defineProjection = <Row, E extends DomainEvent>(projection: Projection<Row, E>): AnyProjection =>
  projection as unknown as AnyProjection; // see AnyProjection

/** What events make of a row: the row after them, and each entry once that they have put or removed. */
export type Projected = EntryChanges & { readonly row: unknown };

/** Events are added in order; the first must follow on those in the row. An event that a handler throws at is `event-not-applied`. */
export function startProjecting<E extends HistoryEvent>({ name, on }: Handlers<E>, before: unknown) {
  let row = before;
  const put = new Map<string, Entry>();
  const remove = new Map<string, EntryKey>();

  function applied(handler: Handler<E>, before: unknown, event: E): unknown {
    try {
      return handler(before, event);
    } catch (cause) {
      const { what, stream, version } = event.context;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new KitError(
        'event-not-applied',
        `${name} cannot apply ${what}, version ${version} of ${stream}: ${reason}`,
        { cause },
      );
    }
  }

  function add(event: E): void {
    const { what } = event.context;
    const handler = Object.hasOwn(on, what) ? on[what] : undefined;
    if (handler === undefined) return;
    const after = applied(handler, row, event);
    row = isChange(after) ? after.row : after;
    if (!isChange(after)) return;
    for (const { key, sort } of after[entriesOf].remove) {
      put.delete(keyText({ key, sort }));
      remove.set(keyText({ key, sort }), { key, sort });
    }
    for (const entry of after[entriesOf].put) {
      remove.delete(keyText(entry));
      put.set(keyText(entry), entry);
    }
  }

  return { add, projected: (): Projected => ({ row, put: [...put.values()], remove: [...remove.values()] }) };
}

/** The events must follow on those in the row. */
export function project<E extends HistoryEvent>(
  handlers: Handlers<E>,
  before: unknown,
  events: readonly E[],
): Projected {
  const projecting = startProjecting(handlers, before);
  for (const event of events) projecting.add(event);
  return projecting.projected();
}

const isChange = (after: unknown): after is Change<unknown> =>
  typeof after === 'object' && after !== null && entriesOf in after;

/** No other key and sort have the same, since the length says where the key ends. */
const keyText = ({ key, sort }: EntryKey) => `${key.length} ${key}${sort}`;
