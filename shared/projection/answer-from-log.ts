/** What no table holds is answered from the log: a query as of a time in the past, and every query of a timeline. */
import type { Fault } from '#shared/aggregate/index.ts';
import { asOf, type RecordedEvent, type StreamId, toStreamId, whatIf } from '#shared/event/index.ts';
import { recordedEvents } from '#shared/event-store/index.ts';
import { type QueryAnswer, type QueryRequest, streamOf } from './answer-query.ts';
import { foldTail, type ProjectionPorts } from './catch-up.ts';
import { cursorText, parseCursor } from './list-cursor.ts';
import { overlay } from './list-entries.ts';
import { type Projected, project } from './projection.ts';
import { DEFAULT_LIMIT, type EntryList } from './query.ts';
import type { AnyTimeline, AnyTimelineQuery } from './timeline.ts';

type Store = ProjectionPorts['store'];
type Asked = Pick<QueryRequest, 'parameters' | 'limit' | 'cursor'>;

/** `asAt`: ISO 8601 UTC with milliseconds. */
type AsAtRequest = Asked & Pick<QueryRequest, 'projection' | 'query'> & { readonly asAt: string };

/** `asOf`: a date; without it everything counts. */
type TimelineRequest = Asked & {
  readonly timeline: AnyTimeline;
  readonly query: AnyTimelineQuery;
  readonly asOf?: string;
};

export type LogAnswer =
  | Extract<QueryAnswer, { readonly kind: 'found' | 'nothing' | 'invalid-cursor' }>
  /** What is asked for does not fit the history. */
  | { readonly kind: 'invalid-parameters'; readonly faults: readonly Fault[] };

/**
 * What the query would have answered at a time: made of what was recorded up to it, by the projection as it is now. Reads the
 * log as far as that, strongly, from its beginning; a cursor is good for this very time. Nothing when the stream is empty,
 * a fault when it began later. Throws what reading the log throws, and `event-not-applied`.
 */
export async function answerAsAt(store: Store, request: AsAtRequest): Promise<LogAnswer> {
  const { projection, query, parameters, asAt } = request;
  const stream = streamOf(projection, query, parameters);
  if (stream === undefined) throw new Error(`${query.path} is of no stream, so it has no past of its own`);
  const list = query.list?.(parameters);
  const pageOf = pageAsked(list, [projection.name, projection.version, query.path, list?.key, asAt], request);
  if (pageOf === undefined) return { kind: 'invalid-cursor' };
  const { watermark: version, ...projected } = await foldTail(store, projection, stream, undefined, asAt);
  if (version === 0) return beganLater(store, stream);
  const found = { ...pageOf(stream, projected), row: projected.row, version, joined: new Map(), now: new Date(asAt) };
  return answered(query.answer(found, parameters), version);
}

async function beganLater(store: Store, stream: StreamId): Promise<LogAnswer> {
  const { commits } = await store.readCommits(stream, { after: 0, limit: 1 });
  const [first] = commits;
  return first === undefined ? NOTHING : before('as-at', `Nothing was recorded here before ${first.recordedAt}.`);
}

/**
 * Reads the whole log of the stream, strongly, and folds it in effective order, and once more with what is supposed. `version`
 * is that of the log. Nothing when the stream is empty, a fault when nothing counts up to the date. Throws what reading the
 * log throws, and `event-not-applied`.
 */
export async function answerTimeline(store: Store, request: TimelineRequest): Promise<LogAnswer> {
  const { timeline, query, parameters, asOf: date } = request;
  const stream = toStreamId(timeline.category, String(parameters.id));
  const list = query.list?.(parameters);
  const pageOf = pageAsked(list, [timeline.name, query.path, list?.key, parameters, date], request);
  if (pageOf === undefined) return { kind: 'invalid-cursor' };
  const history = await readHistory(store, stream);
  const version = history.at(-1)?.context.version;
  if (version === undefined) return NOTHING;
  const inForce = asOf(history, date);
  if (inForce.length === 0)
    return before('as-of', `Nothing counts here before ${asOf(history)[0]?.context.effectiveAt}.`);
  const actual = project(timeline, timeline.initialRow, inForce);
  const supposed = query.suppose?.(parameters);
  const projected = supposed ? project(timeline, timeline.initialRow, asOf(whatIf(history, supposed), date)) : actual;
  const found = { ...pageOf(stream, projected), row: projected.row, actual: actual.row, version };
  const faults = query.faults?.(found, parameters) ?? [];
  return faults.length > 0
    ? { kind: 'invalid-parameters', faults }
    : answered(query.answer(found, parameters), version);
}

async function readHistory(store: Store, stream: StreamId): Promise<RecordedEvent[]> {
  const history: RecordedEvent[] = [];
  for (let more = true; more; ) {
    const page = await store.readCommits(stream, { after: history.length });
    for (const commit of page.commits) history.push(...recordedEvents(commit));
    more = page.more;
  }
  return history;
}

/** How the page that is asked for is made of what a stream has put; nothing when the cursor does not belong to the scope. */
function pageAsked(list: EntryList | undefined, scope: readonly unknown[], { limit, cursor }: Asked) {
  const after = cursor === undefined ? undefined : parseCursor(scope, cursor);
  if (cursor !== undefined && after === undefined) return undefined;
  return (stream: StreamId, projected: Projected) => {
    const range = { after, limit: limit ?? list?.limit ?? DEFAULT_LIMIT };
    const { entries, next } = list ? overlay(EMPTY, list, range, new Map([[stream, projected]])) : EMPTY;
    return { entries, next: next === undefined ? null : cursorText(scope, next), continued: after !== undefined };
  };
}

const EMPTY = { entries: [], next: undefined };

const NOTHING = { kind: 'nothing', parked: false } as const;

const answered = (body: unknown, version: number): LogAnswer =>
  body === undefined ? NOTHING : { kind: 'found', body, version, parked: false };

const before = (path: string, message: string): LogAnswer => ({
  kind: 'invalid-parameters',
  faults: [{ path, code: 'before-the-beginning', message }],
});
