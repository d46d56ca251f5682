/** The manifest of a bounded context, from which routes, resources, grants and rules are derived. */
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import type { EventDefinitions } from '#shared/event/index.ts';
import type { AnyProjection, AnyTimeline } from '#shared/projection/index.ts';

export type ContextCatalog = {
  /** Names its folder, its stack and, as `tributary.<name>`, the source of its events on the bus. */
  readonly name: string;
  readonly aggregates: readonly AnyAggregate[];
  readonly projections: readonly AnyProjection[];
  /** What is folded from the log when it is asked: nothing is stored, delivered, reconciled or rebuilt for it. */
  readonly timelines?: readonly AnyTimeline[];
  /** Into how many partitions the feed is cut, for the life of the feed; 1 when it is left out. More take more writes per second. */
  readonly feedPartitions?: number;
};

/** The events of all aggregates of a context. Names are unique in a context: two aggregates may not share one. */
export function eventDefinitions({ name, aggregates }: Pick<ContextCatalog, 'name' | 'aggregates'>): EventDefinitions {
  const all = aggregates.flatMap(({ events }) => Object.entries(events));
  const twice = all.find(([what], index) => all.findIndex(([other]) => other === what) !== index);
  if (twice !== undefined) throw new Error(`the context ${name} defines the event ${twice[0]} twice`);
  return Object.fromEntries(all);
}

/** Of all metrics. */
export const METRIC_NAMESPACE = 'Tributary';

/** `source` of a context's events on the bus. */
export const eventSource = ({ name }: Pick<ContextCatalog, 'name'>): string => `tributary.${name}`;

/** Throws when there is no such context. */
export const contextNamed = (contexts: readonly ContextCatalog[], name: string): ContextCatalog =>
  named(contexts, name, 'context');

/** Throws when the context has no such projection. */
export const projectionNamed = ({ projections }: ContextCatalog, name: string): AnyProjection =>
  named(projections, name, 'projection');

function named<T extends { readonly name: string }>(all: readonly T[], name: string, kind: string): T {
  const found = all.find((one) => one.name === name);
  if (found === undefined)
    throw new Error(`There is no ${kind} ${name}; there are ${all.map((one) => one.name).join(', ')}.`);
  return found;
}
