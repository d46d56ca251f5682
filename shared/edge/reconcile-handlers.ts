/** The reconciler of a context: a bundle of its own, so that what answers requests does not load what only this one speaks to. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { createDocumentClient, FEED_TABLE, QUERY_TABLE, variableOfSeveral } from '#shared/dynamodb/index.ts';
import { createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader } from '#shared/feed/index.ts';
import { followerOf, overdueHints } from '#shared/process-manager/index.ts';
import { createDynamoDbProjectionVersions } from '#shared/projection/dynamodb/index.ts';
import { type Follower, recordFirstActive } from '#shared/projection/index.ts';
import { namedSetting, setting } from './environment.ts';
import { onFirstCall } from './first-call.ts';
import { hintFeed } from './schedule/hint-feed.ts';
import { hintSender, reconciler } from './schedule/reconciler.ts';
import { relayMapping } from './schedule/relay-mapping.ts';

/** Of one request to Lambda, so that three of them end within what the reconciler keeps of its time. */
const LAMBDA_TIMES = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};

/** As `contextHandlers`, of the file `<context>.reconcile.ts`. */
export const reconcileHandlers = (context: ContextCatalog) => ({
  /** Called by a schedule: all projections and process managers of the context, one after the other, and its relay. */
  reconcile: onFirstCall(() => {
    const client = createDocumentClient();
    const queues = new SQSClient();
    const table = createDynamoDbFeedTable({ client, table: setting(FEED_TABLE.variable) });
    const clock = () => new Date();
    const versionsOf = ({ name }: Pick<Follower, 'name'>) =>
      createDynamoDbProjectionVersions({ client, table: namedSetting(variableOfSeveral(QUERY_TABLE), name) });
    const followed = (follower: Follower, versions = versionsOf(follower)) => ({
      follower,
      table: versions.table(follower.version),
      sendHints: hintSender(queues, namedSetting('QUEUE_URLS', follower.name)),
    });
    return reconciler({
      feed: hintFeed(createFeedReader({ table })),
      parked: table.parked,
      relayMapping: relayMapping(new LambdaClient(LAMBDA_TIMES), setting('RELAY_MAPPING')),
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
  }),
});
