/** A context's projections and process managers are reconciled with the feed once a minute; an alarm says when one is behind, or is not looked after. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { type ContextCatalog, METRIC_NAMESPACE } from '#shared/catalog/index.ts';
import { FEED_TABLE, QUERY_TABLE, variableOfSeveral } from '#shared/dynamodb/index.ts';
import type { Config } from '../config.ts';
import { functionName, reconcileRule } from '../deployed-names.ts';
import type { FollowerResources } from './follower-resources.ts';
import { handlerFunction, handlersOf } from './handler-function.ts';

type ReconcilerProps = {
  readonly context: ContextCatalog;
  readonly config: Config;
  readonly feed: TableV2;
  readonly followers: readonly FollowerResources[];
};

/** A row is late when messages must have been lost, and what was sent again must have been, too. */
const LATE_SECONDS = 300;

export function reconciler(scope: Construct, { context, config, feed, followers }: ReconcilerProps): void {
  const stack = feed.stack;
  const byName = (of: (follower: FollowerResources) => string) =>
    stack.toJsonString(Object.fromEntries(followers.map((one) => [one.follower.name, of(one)])));
  const target = handlerFunction(scope, 'Reconcile', {
    name: functionName(config, context.name, 'reconcile'),
    entry: handlersOf(context),
    handler: 'reconcile',
    environment: {
      STAGE: config.prefix,
      SETTLE_SECONDS: String(config.settleSeconds),
      QUEUE_URLS: byName(({ queue }) => queue.queueUrl),
      [FEED_TABLE.variable]: feed.tableName,
      [variableOfSeveral(QUERY_TABLE)]: byName(({ table }) => table.tableName),
    },
    logRetention: config.logRetention,
    timeout: Duration.minutes(1),
  });
  feed.grant(target, ...FEED_TABLE.grants.read);
  for (const { table, queue } of followers) {
    table.grant(target, ...QUERY_TABLE.grants.reconcile);
    queue.grantSendMessages(target);
  }
  for (const { follower } of followers) alarms(scope, config, context, follower.name);
  new Rule(scope, 'ReconcileSchedule', {
    ruleName: reconcileRule(config, context),
    schedule: Schedule.rate(Duration.minutes(1)),
    // What one run misses, the next one does.
    targets: [new LambdaTarget(target, { retryAttempts: 0 })],
  });
}

function alarms(scope: Construct, config: Config, context: ContextCatalog, name: string): void {
  const metric = (metricName: string) =>
    new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { Stage: config.prefix, Context: context.name, Projection: name },
      period: Duration.minutes(1),
      statistic: 'Maximum',
    });
  new Alarm(scope, `Late-${name}`, {
    metric: metric('LagSeconds'),
    alarmDescription: `${name} of ${context.name} is behind its feed, or nobody looks after it.`,
    threshold: config.settleSeconds + LATE_SECONDS,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 10,
    datapointsToAlarm: 5,
    // No figure means that the reconciler does not run.
    treatMissingData: TreatMissingData.BREACHING,
  });
  new Alarm(scope, `Parked-${name}`, {
    metric: metric('Parked'),
    alarmDescription: `Streams of ${name} in ${context.name} are parked. npm run redrive tries them again.`,
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
