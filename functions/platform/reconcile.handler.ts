/** The reconciler of one context, named by CONTEXT: all its projections and process managers, one after the other, and its relay. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { contextNamed } from '#shared/catalog/index.ts';
import { createDocumentClient, FEED_TABLE, QUERY_TABLE, variableOfSeveral } from '#shared/dynamodb/index.ts';
import { namedSetting, setting } from '#shared/edge/index.ts';
import { hintFeed, hintSender, reconciler, relayMapping } from '#shared/edge/schedule/index.ts';
import { createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader } from '#shared/feed/index.ts';
import { followerOf, overdueHints } from '#shared/process-manager/index.ts';
import { createDynamoDbProjectionVersions } from '#shared/projection/dynamodb/index.ts';
import { type Follower, recordFirstActive } from '#shared/projection/index.ts';
import { contexts } from '../contexts.ts';

const context = contextNamed(contexts, setting('CONTEXT'));
const client = createDocumentClient();
const queues = new SQSClient();
const lambda = new LambdaClient({
  // Three of them end within what the reconciler keeps of its time.
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
});
const feed = createDynamoDbFeedTable({ client, table: setting(FEED_TABLE.variable) });
const clock = () => new Date();

const versionsOf = ({ name }: Pick<Follower, 'name'>) =>
  createDynamoDbProjectionVersions({ client, table: namedSetting(variableOfSeveral(QUERY_TABLE), name) });

const followed = (follower: Follower, versions = versionsOf(follower)) => ({
  follower,
  table: versions.table(follower.version),
  sendHints: hintSender(queues, namedSetting('QUEUE_URLS', follower.name)),
});

export const handler = reconciler({
  feed: hintFeed(createFeedReader({ table: feed })),
  parked: feed.parked,
  relayMapping: relayMapping(lambda, setting('RELAY_MAPPING')),
  followers: [
    ...context.projections.map((projection) => {
      const versions = versionsOf(projection);
      return {
        ...followed(projection, versions),
        whole: () => recordFirstActive(versions, projection.version, clock),
      };
    }),
    ...(context.processManagers ?? []).map((processManager) => {
      const one = followed(followerOf(processManager));
      return { ...one, overdue: (now: Date) => overdueHints(one.table, now) };
    }),
  ],
  dimensions: { Stage: setting('STAGE'), Context: context.name },
  settleSeconds: Number(setting('SETTLE_SECONDS')),
  clock,
});
