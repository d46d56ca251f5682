/** The functions of a context, made from its catalog and, when the first call comes, from the environment of each. */
import type { Context } from 'aws-lambda';
import { type ContextCatalog, eventDefinitions, projectionNamed } from '#shared/catalog/index.ts';
import { createDocumentClient, EVENTS_TABLE, QUERY_TABLE, variableOfSeveral } from '#shared/dynamodb/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { createDynamoDbQueryTable } from '#shared/projection/dynamodb/index.ts';
import { createRowCache } from '#shared/projection/index.ts';
import { setting, settingsByName } from './environment.ts';
import { commandEndpoint } from './http/command-endpoint.ts';
import { queryEndpoint } from './http/query-endpoint.ts';
import { messageBackOff } from './queue/message-back-off.ts';
import { projectionConsumer } from './queue/projection-consumer.ts';
import { system } from './system.ts';

type Handler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

/**
 * One file of a context exports all of them, so they share a bundle; a function is deployed with the variables of its own
 * handler only, and a missing one fails its first call by name.
 */
export function contextHandlers(context: ContextCatalog) {
  const client = once(() => createDocumentClient());
  const store = () =>
    createDynamoDbEventStore({
      client: client(),
      table: setting(EVENTS_TABLE.variable),
      events: eventDefinitions(context),
    });
  return {
    commands: onFirstCall(() => commandEndpoint(context, { ...system(), store: store() })),

    queries: onFirstCall(() => {
      const names = settingsByName(variableOfSeveral(QUERY_TABLE));
      const tables = new Map(
        context.projections.map(({ name, version }) => {
          const table = names[name];
          if (table === undefined)
            throw new Error(`${variableOfSeveral(QUERY_TABLE)} does not name the table of ${name}.`);
          return [name, createDynamoDbQueryTable({ client: client(), table, version })] as const;
        }),
      );
      return queryEndpoint(context, { store: store(), tables });
    }),

    /** The consumer of one projection, named by PROJECTION, of the queue QUEUE_URL. */
    projections: onFirstCall(() => {
      const projection = projectionNamed(context, setting('PROJECTION'));
      const { version } = projection;
      const table = createDynamoDbQueryTable({ client: client(), table: setting(QUERY_TABLE.variable), version });
      return projectionConsumer(projection, {
        store: store(),
        table,
        rows: createRowCache(),
        clock: () => new Date(),
        comeBackAfter: messageBackOff(setting('QUEUE_URL')),
      });
    }),
  };
}

function onFirstCall<Event, Result>(make: () => Handler<Event, Result>): Handler<Event, Result> {
  const handler = once(make);
  return async (event, context) => handler()(event, context);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
