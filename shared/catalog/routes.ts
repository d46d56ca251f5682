/** The HTTP routes of a context, derived from its catalog for the handlers as for the gateway. */
import type { AnyAggregate, CommandDefinition } from '#shared/aggregate/index.ts';
import type { AnyProjection, AnyQuery } from '#shared/projection/index.ts';
import type { ContextCatalog } from './catalog.ts';

export type CommandRoute = {
  /** `POST /accounts/{id}/open`, as API Gateway names it. */
  readonly key: string;
  readonly aggregate: AnyAggregate;
  readonly what: string;
  readonly definition: CommandDefinition;
};

export type QueryRoute = { readonly key: string; readonly projection: AnyProjection; readonly query: AnyQuery };

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

export const queryRoutes = ({ projections }: ContextCatalog): QueryRoute[] =>
  projections.flatMap((projection) =>
    projection.queries.map((query) => ({ key: `GET ${query.path}`, projection, query })),
  );
