/** A context's projections and process managers are reconciled with the feed once a minute, and whether its relay is called is looked at. */
import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { FEED_TABLE, QUERY_TABLE, variableOfSeveral } from '#shared/dynamodb/index.ts';
import type { Config } from '../config.ts';
import { functionName, reconcileRule } from '../deployed-names.ts';
import type { RelayMapping } from './event-log.ts';
import type { FollowerResources } from './follower-resources.ts';
import { handlerFunction } from './handler-function.ts';

type ReconcilerProps = {
  readonly context: ContextCatalog;
  readonly config: Config;
  readonly feed: TableV2;
  readonly relayMapping: RelayMapping;
  readonly followers: readonly FollowerResources[];
};

export function reconciler(scope: Construct, props: ReconcilerProps): void {
  const { context, config, feed, relayMapping, followers } = props;
  const stack = feed.stack;
  const byName = (of: (follower: FollowerResources) => string) =>
    stack.toJsonString(Object.fromEntries(followers.map((one) => [one.follower.name, of(one)])));
  const target = handlerFunction(scope, 'Reconcile', {
    name: functionName(config, context.name, 'reconcile'),
    entry: 'functions/platform/reconcile.handler.ts',
    environment: {
      CONTEXT: context.name,
      STAGE: config.prefix,
      SETTLE_SECONDS: String(config.settleSeconds),
      RELAY_MAPPING: relayMapping.id,
      QUEUE_URLS: byName(({ queue }) => queue.queueUrl),
      [FEED_TABLE.variable]: feed.tableName,
      [variableOfSeveral(QUERY_TABLE)]: byName(({ table }) => table.tableName),
    },
    logRetention: config.logRetention,
    timeout: Duration.minutes(1),
    // Once a minute for ever: the traces of an idle stage would cost more than its functions.
    isTraced: false,
  });
  feed.grant(target, ...FEED_TABLE.grants.read);
  target.addToRolePolicy(
    new PolicyStatement({ actions: ['lambda:GetEventSourceMapping'], resources: [relayMapping.arn] }),
  );
  for (const { table, queue } of followers) {
    table.grant(target, ...QUERY_TABLE.grants.reconcile);
    queue.grantSendMessages(target);
  }
  new Rule(scope, 'ReconcileSchedule', {
    ruleName: reconcileRule(config, context),
    schedule: Schedule.rate(Duration.minutes(1)),
    // What one run misses, the next one does.
    targets: [new LambdaTarget(target, { retryAttempts: 0 })],
  });
}
