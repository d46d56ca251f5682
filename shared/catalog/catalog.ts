/** The manifest of a bounded context, from which routes, resources, grants and rules are derived. */
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import type { EventDefinitions } from '#shared/event/index.ts';
import { type AnyProcessManager, followerOf, processAggregate, processEvents } from '#shared/process-manager/index.ts';
import type { AnyProjection, AnyTimeline, Follower } from '#shared/projection/index.ts';

export type ContextCatalog = {
  /** Names its folder, its stack and, as `tributary.<name>`, the source of its events on the bus. */
  readonly name: string;
  readonly aggregates: readonly AnyAggregate[];
  readonly projections: readonly AnyProjection[];
  /** What is folded from the log when it is asked: nothing is stored, delivered, reconciled or rebuilt for it. */
  readonly timelines?: readonly AnyTimeline[];
  readonly processManagers?: readonly AnyProcessManager[];
  /** Into how many partitions the feed is cut, for the life of the feed; 1 when it is left out. More take more writes per second. */
  readonly feedPartitions?: number;
};

/** Every kind of stream in the context's log: its aggregates, and the processes of its process managers. */
export const streamKinds = ({ aggregates, processManagers = [] }: ContextCatalog): readonly AnyAggregate[] => [
  ...aggregates,
  ...processManagers.map(processAggregate),
];

/**
 * The events of all streams of a context. Names are unique in a context: two aggregates may not share one. Those of processes
 * are the same for all process managers.
 */
export function eventDefinitions(context: Omit<ContextCatalog, 'projections'>): EventDefinitions {
  const { name, aggregates, processManagers = [] } = context;
  const own = aggregates.flatMap(({ events }) => Object.entries(events));
  const all = processManagers.length > 0 ? [...own, ...Object.entries(processEvents)] : own;
  const twice = all.find(([what], index) => all.findIndex(([other]) => other === what) !== index);
  if (twice !== undefined) throw new Error(`the context ${name} defines the event ${twice[0]} twice`);
  return Object.fromEntries(all);
}

/** What keeps up with the streams of the context. */
export const followersOf = ({
  projections,
  processManagers = [],
}: ContextCatalog): readonly { readonly kind: 'projection' | 'process-manager'; readonly follower: Follower }[] => [
  ...projections.map((follower) => ({ kind: 'projection' as const, follower })),
  ...processManagers.map((one) => ({ kind: 'process-manager' as const, follower: followerOf(one) })),
];

/** Of all metrics. */
export const METRIC_NAMESPACE = 'Tributary';

/** `source` of a context's events on the bus. */
export const eventSource = ({ name }: Pick<ContextCatalog, 'name'>): string => `tributary.${name}`;

/** Throws when there is no such context. */
export const contextNamed = (contexts: readonly ContextCatalog[], name: string): ContextCatalog =>
  named(contexts, name, 'context');

/** Throws when the context has no such process manager. */
export const processManagerNamed = ({ processManagers = [] }: ContextCatalog, name: string): AnyProcessManager =>
  named(processManagers, name, 'process manager');

/** Throws when the context has no such projection. */
export const projectionNamed = ({ projections }: ContextCatalog, name: string): AnyProjection =>
  named(projections, name, 'projection');

function named<T extends { readonly name: string }>(all: readonly T[], name: string, kind: string): T {
  const found = all.find((one) => one.name === name);
  if (found === undefined)
    throw new Error(`There is no ${kind} ${name}; there are ${all.map((one) => one.name).join(', ')}.`);
  return found;
}
