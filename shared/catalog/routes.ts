/** The HTTP routes of the platform, and those of a context, derived from its catalog for the handlers as for the gateway. */
import type { AnyAggregate, CommandDefinition } from '#shared/aggregate/index.ts';
import type { AnyProjection, AnyQuery, AnyTimeline, AnyTimelineQuery } from '#shared/projection/index.ts';
import type { ContextCatalog } from './catalog.ts';

export type CommandRoute = {
  /** `POST /accounts/{id}/open`, as API Gateway names it. */
  readonly key: string;
  readonly aggregate: AnyAggregate;
  readonly what: string;
  readonly definition: CommandDefinition;
};

export type QueryRoute = { readonly key: string } & (
  | { readonly kind: 'projection'; readonly projection: AnyProjection; readonly query: AnyQuery }
  | { readonly kind: 'timeline'; readonly timeline: AnyTimeline; readonly query: AnyTimelineQuery }
);

/** What looks across all contexts. */
export const PLATFORM_ROUTES = {
  streams: 'GET /streams/{stream}',
  commands: 'GET /commands/{stream}/{id}',
  feed: 'GET /feed/{context}',
  projections: 'GET /projections',
  health: 'GET /health',
  up: 'GET /up',
} as const;

/**
 * A route key without the names of its variables, `GET /accounts/{}`. API Gateway takes no two routes of one shape, not even while a
 * deployment puts one in the place of the other.
 */
export const routeShape = (key: string): string => key.replaceAll(/\{\w+\}/g, '{}');

export const commandRoutes = ({ aggregates }: ContextCatalog): CommandRoute[] =>
  aggregates.flatMap((aggregate) =>
    Object.entries(aggregate.commands)
      .filter(([, { isInternal }]) => !isInternal)
      .map(([what, definition]) => ({
        key: `POST /${aggregate.collection}/{id}/${definition.path ?? what}`,
        aggregate,
        what,
        definition,
      })),
  );

export const queryRoutes = ({ projections, timelines = [] }: ContextCatalog): QueryRoute[] => [
  ...projections.flatMap((projection) =>
    projection.queries.map((query) => ({ key: keyOf(query), kind: 'projection' as const, projection, query })),
  ),
  ...timelines.flatMap((timeline) =>
    timeline.queries.map((query) => ({ key: keyOf(query), kind: 'timeline' as const, timeline, query })),
  ),
];

/** The query of an aggregate itself, `GET /{collection}/{id}`, if there is one. */
export function ownQueryRoute(context: ContextCatalog, category: string): QueryRoute | undefined {
  const aggregate = context.aggregates.find((one) => one.category === category);
  return aggregate && queryRoutes(context).find(({ key }) => key === `GET /${aggregate.collection}/{id}`);
}

/** The projections that answer such queries. */
export const ownProjections = (context: ContextCatalog): readonly AnyProjection[] => {
  const routes = context.aggregates.map(({ category }) => ownQueryRoute(context, category));
  return context.projections.filter((one) =>
    routes.some((route) => route?.kind === 'projection' && route.projection === one),
  );
};

const keyOf = ({ path }: { readonly path: string }) => `GET ${path}`;
