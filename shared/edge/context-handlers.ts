/** The functions of a context, made from its catalog and, when the first call comes, from the environment of each. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { type ContextCatalog, eventDefinitions, ownProjections, projectionNamed } from '#shared/catalog/index.ts';
import { createDynamoDbCommandLog } from '#shared/command/dynamodb/index.ts';
import {
  COMMANDS_TABLE,
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
import { type AnyProjection, createRowCache, type Follower, listedVersion } from '#shared/projection/index.ts';
import { commandMetrics } from './command-metrics.ts';
import { namedSetting, setting } from './environment.ts';
import { once, onFirstCall } from './first-call.ts';
import { commandEndpoint } from './http/command-endpoint.ts';
import type { WithJson } from './http/command-request.ts';
import { queryEndpoint } from './http/query-endpoint.ts';
import { carryOutHere, type InvokedCommand } from './process/carry-out-here.ts';
import { acceptedConsumer } from './queue/accepted-consumer.ts';
import { createCommandQueue } from './queue/command-queue.ts';
import { messageBackOff } from './queue/message-back-off.ts';
import { projectionConsumer } from './queue/projection-consumer.ts';
import { hintFeed } from './schedule/hint-feed.ts';
import { system } from './system.ts';

/** Of requests to a queue while somebody waits for the answer: there is time for a second attempt. */
const QUEUE_TIMES = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};

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
  /** Of one follower, in a function that uses several. */
  const versionsOf = ({ name }: Pick<Follower, 'name'>) =>
    createDynamoDbProjectionVersions({ client: client(), table: namedSetting(variableOfSeveral(QUERY_TABLE), name) });
  const clock = () => new Date();
  /** The query tables of the code's own versions, by projection. */
  const tablesOf = (projections: readonly AnyProjection[]) =>
    new Map(projections.map((one) => [one.name, versionsOf(one).table(one.version)] as const));
  const commandLog = () =>
    createDynamoDbCommandLog({ client: client(), table: setting(COMMANDS_TABLE.variable), clock });
  const feed = () =>
    hintFeed(
      createFeedReader({ table: createDynamoDbFeedTable({ client: client(), table: setting(FEED_TABLE.variable) }) }),
    );
  const dimensions = () => ({ Stage: setting('STAGE'), Context: context.name });

  return {
    /** Commands over HTTP, and those that a process of another context has sent. */
    commands: onFirstCall(() => {
      const handling = { ...system(), store: store() };
      const queue = createCommandQueue(new SQSClient(QUEUE_TIMES), setting('QUEUE_URL'));
      const http = commandEndpoint(context, handling, {
        later: { log: commandLog(), queue },
        count: commandMetrics(dimensions(), clock),
        queries: { store: handling.store, tables: tablesOf(ownProjections(context)), clock },
      });
      return async (event: WithJson | InvokedCommand, lambda) =>
        'command' in event ? carryOutHere(handling, context, event.command) : http(event, lambda);
    }),

    /** The consumer of the commands that were accepted to be answered later, of the queue QUEUE_URL and its dead-letter queue. */
    accepted: onFirstCall(() =>
      acceptedConsumer(context.aggregates, {
        handling: { ...system(), store: store() },
        log: commandLog(),
        deadLetters: setting('DEAD_LETTER_ARN'),
        comeBackAfter: messageBackOff(setting('QUEUE_URL')),
      }),
    ),

    queries: onFirstCall(() => {
      const [listed, fed] = [new Map(), feed()];
      for (const projection of context.projections) {
        listed.set(projection.name, listedVersion(versionsOf(projection), projection, fed, clock));
      }
      return queryEndpoint(context, { store: store(), tables: tablesOf(context.projections), listed, clock });
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
  };
}
