/**
 * What rows and entries of a projection mean is what it makes of examples: of each event by itself, repeated, and after each
 * other. So a changed handler is noticed, and a formatted, renamed or rewritten one is not. A branch that no example reaches is
 * not seen; `npm run rebuild -- --compare` sees it.
 */
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { isKitError, jsonDigest, type RecordedEvent } from '#shared/event/index.ts';
import { type AnyProjection, type EntryKey, project } from '#shared/projection/index.ts';
import type { EventExample } from './event-examples.ts';

/** Digests, but for the categories. */
export type Meaning = {
  readonly categories: string;
  readonly initialRow: string;
  /** By the names of the examples that are handled; an event without one stands under its own name. */
  readonly events: Readonly<Record<string, string>>;
  /** Of every two events of a category, one after the other. */
  readonly together: string;
};

/** 72 bits: a change meets the same digest by a chance that can be neglected. */
const DIGEST_CHARACTERS = 12;
const digest = (value: unknown): string => jsonDigest(value ?? null).slice(0, DIGEST_CHARACTERS);

export function meaningOf(
  { aggregates }: Pick<ContextCatalog, 'aggregates'>,
  projection: AnyProjection,
  examples: readonly EventExample[],
): Meaning {
  const categoryOf = (what: string) => aggregates.find(({ events }) => Object.hasOwn(events, what))?.category ?? '';
  const handled = Object.keys(projection.on).toSorted();
  const own = examples.filter(({ what }) => handled.includes(what));
  const outcome = (...events: readonly EventExample[]): unknown => {
    const recorded = events.map((one, index) => recordedExample(one, categoryOf(one.what), index + 1));
    try {
      const { row, put, remove } = project(projection, projection.initialRow, recorded);
      // Nothing follows from the order in which entries are named.
      const inOrder = (entries: readonly EntryKey[]) => entries.map((entry) => digest(entry)).toSorted();
      return [row, inOrder(put), inOrder(remove)];
    } catch (error) {
      if (isKitError(error, 'event-not-applied')) return 'it throws';
      throw error;
    }
  };
  const alone = own.map((one) => [one.name, digest([outcome(one), outcome(one, one)])] as const);
  const without = handled.filter((what) => own.every((one) => one.what !== what));
  const pairs = own.flatMap((first) =>
    own
      .filter(({ what }) => categoryOf(what) === categoryOf(first.what))
      .map((second) => [first.name, second.name, outcome(first, second)]),
  );
  return {
    categories: projection.categories.join(', '),
    initialRow: digest(projection.initialRow),
    events: Object.fromEntries([...alone, ...without.map((what) => [what, 'no example'] as const)]),
    together: digest(pairs),
  };
}

const WHEN = '2026-01-01T00:00:00.000Z';

function recordedExample({ what, data, effectiveAt }: EventExample, category: string, version: number): RecordedEvent {
  const cause = { id: 'command', what: 'example', when: WHEN, who: 'example' };
  return {
    context: {
      id: `event-${version}`,
      what,
      when: WHEN,
      effectiveAt,
      who: cause.who,
      why: cause,
      correlationId: cause.id,
      causationId: cause.id,
      stream: `${category}-example`,
      version,
      schemaVersion: 1,
    },
    data,
  };
}

/** What is another in `now`, in words; nothing when both are the same. */
export function changesOf(before: Meaning, now: Meaning): string[] {
  const names = [...new Set([...Object.keys(before.events), ...Object.keys(now.events)])].toSorted();
  const events = names.flatMap((name) => {
    const [one, other] = [before.events[name], now.events[name]];
    if (one === other) return [];
    if (one === undefined) return [`it handles ${name}`];
    return [other === undefined ? `it does not handle ${name} any more` : `what it makes of ${name}`];
  });
  const changes = [
    ...(before.categories === now.categories ? [] : [`it is of ${now.categories} and was of ${before.categories}`]),
    ...(before.initialRow === now.initialRow ? [] : ['its initial row']),
    ...events,
  ];
  if (changes.length > 0 || before.together === now.together) return changes;
  return ['what it makes of events that follow each other'];
}
