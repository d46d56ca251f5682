/** The functions of a context, made from its catalog and, when the first call comes, from the environment of each. */

import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { type ContextCatalog, eventDefinitions, projectionNamed } from '#shared/catalog/index.ts';
import {
  createDocumentClient,
  EVENTS_TABLE,
  FEED_TABLE,
  QUERY_TABLE,
  variableOfSeveral,
} from '#shared/dynamodb/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader } from '#shared/feed/index.ts';
import { createDynamoDbProjectionVersions, createDynamoDbQueryTable } from '#shared/projection/dynamodb/index.ts';
import { type AnyProjection, createRowCache, listedVersion, recordFirstActive } from '#shared/projection/index.ts';
import { namedSetting, setting } from './environment.ts';
import { commandEndpoint } from './http/command-endpoint.ts';
import { queryEndpoint } from './http/query-endpoint.ts';
import { messageBackOff } from './queue/message-back-off.ts';
import { projectionConsumer } from './queue/projection-consumer.ts';
import { hintFeed } from './schedule/hint-feed.ts';
import { hintSender, reconciler } from './schedule/reconciler.ts';
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
  /** Of a projection, in a function that uses several. */
  const versionsOf = ({ name }: AnyProjection) =>
    createDynamoDbProjectionVersions({ client: client(), table: namedSetting(variableOfSeveral(QUERY_TABLE), name) });
  const clock = () => new Date();
  const feed = () =>
    hintFeed(
      createFeedReader({ table: createDynamoDbFeedTable({ client: client(), table: setting(FEED_TABLE.variable) }) }),
    );

  return {
    commands: onFirstCall(() => commandEndpoint(context, { ...system(), store: store() })),

    queries: onFirstCall(() => {
      const [tables, listed, fed] = [new Map(), new Map(), feed()];
      for (const projection of context.projections) {
        const versions = versionsOf(projection);
        tables.set(projection.name, versions.table(projection.version));
        listed.set(projection.name, listedVersion(versions, projection, fed, clock));
      }
      return queryEndpoint(context, { store: store(), tables, listed });
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
        clock,
        comeBackAfter: messageBackOff(setting('QUEUE_URL')),
      });
    }),

    /** Called by a schedule: all projections of the context, one after the other. */
    reconcile: onFirstCall(() => {
      const queues = new SQSClient();
      return reconciler({
        feed: feed(),
        projections: context.projections.map((projection) => {
          const versions = versionsOf(projection);
          return {
            projection,
            table: versions.table(projection.version),
            sendHints: hintSender(queues, namedSetting('QUEUE_URLS', projection.name)),
            whole: () => recordFirstActive(versions, projection.version, clock),
          };
        }),
        dimensions: { Stage: setting('STAGE'), Context: context.name },
        settleSeconds: Number(setting('SETTLE_SECONDS')),
        clock,
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
