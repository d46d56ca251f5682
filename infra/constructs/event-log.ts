/** A context's log and its feed, and the relay that carries commits from the log into the feed and onto the bus. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { StreamViewType, type TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type ContextCatalog, METRIC_NAMESPACE } from '#shared/catalog/index.ts';
import { EVENTS_TABLE, FEED_TABLE } from '#shared/dynamodb/index.ts';
import type { Config } from '../config.ts';
import { functionName } from '../deployed-names.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { handlerFunction } from './handler-function.ts';
import { namedTable } from './named-table.ts';

type LogTableProps = {
  readonly config: Config;
  /** Another name than its own, of a table that is there. */
  readonly name?: string | undefined;
};

/** A table that a deployment takes up is left where it is, should that fail; one that it has just made is taken back. */
const logPolicy = ({ config, name }: LogTableProps): RemovalPolicy =>
  config.adoptsLogs || name !== undefined ? RemovalPolicy.RETAIN : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

/**
 * The log outlives its stack: what was recorded is never deleted by a deployment, but for tables that a deployment has just made
 * and takes back because it fails. A protected one is not taken back either.
 */
export const eventsTable = (scope: Construct, props: LogTableProps): TableV2 =>
  namedTable(scope, EVENTS_TABLE, {
    name: props.name,
    dynamoStream: StreamViewType.NEW_IMAGE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: props.config.isProtected,
    removalPolicy: logPolicy(props),
  });

/** Consumers hold positions of the feed, so it is kept as long as the log. */
export const feedTable = (scope: Construct, props: LogTableProps): TableV2 =>
  namedTable(scope, FEED_TABLE, {
    name: props.name,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: props.config.isProtected,
    removalPolicy: logPolicy(props),
  });

/** A stream keeps its records for 24 hours. What is given up an hour before is told of; what expires is not. */
const MAXIMUM_RECORD_AGE = Duration.hours(23);

/**
 * The relay of an events table. What a later try may cure is tried for as long as the stream has it, and then described in the
 * on-failure queue; what none can cure the relay parks itself. It is an alarm when a stream is parked, when a record is given up,
 * and when the relay is behind.
 */
export function relay(
  scope: Construct,
  {
    context,
    config,
    bus,
    events,
    feed,
  }: {
    readonly context: ContextCatalog;
    readonly config: Config;
    readonly bus: IEventBus;
    readonly events: TableV2;
    readonly feed: TableV2;
  },
): void {
  const name = functionName(config, context.name, 'relay');
  const target = handlerFunction(scope, 'Relay', {
    name,
    entry: 'functions/platform/relay.handler.ts',
    environment: {
      CONTEXT: context.name,
      EVENT_BUS: bus.eventBusName,
      [EVENTS_TABLE.variable]: events.tableName,
      [FEED_TABLE.variable]: feed.tableName,
      FEED_PARTITIONS: String(context.feedPartitions ?? 1),
    },
    logRetention: config.logRetention,
    timeout: Duration.minutes(1),
  });
  bus.grantPutEventsTo(target);
  events.grant(target, ...EVENTS_TABLE.grants.read);
  feed.grant(target, ...FEED_TABLE.grants.write);
  const failures = deadLetterQueue(scope, 'RelayFailures');
  target.addEventSource(
    new DynamoEventSource(events, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      maxRecordAge: MAXIMUM_RECORD_AGE,
      onFailure: new SqsDlq(failures),
      filters: [FilterCriteria.filter({ eventName: FilterRule.isEqual('INSERT') })],
    }),
  );
  const alarm = (what: string, alarmDescription: string, metric: Metric, threshold = 1) =>
    new Alarm(scope, `Relay${what}`, {
      alarmName: `${name}-${what.toLowerCase()}`,
      alarmDescription,
      metric,
      threshold,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  // The relay logs a line for every stream that it parks.
  const parked = target.logGroup.addMetricFilter('Parked', {
    metricNamespace: METRIC_NAMESPACE,
    metricName: `${name}-parked`,
    filterPattern: FilterPattern.stringValue('$.message', '=', 'Parked *'),
  });
  const publish = `npm run publish -- --context ${context.name}`;
  alarm(
    'Parked',
    `A commit cannot be read, fed or published: npm run redrive -- --context ${context.name}`,
    parked.metric({ statistic: 'Sum' }),
  );
  alarm(
    'GivenUp',
    `Commits were not published for a day: ${publish} --from <position>`,
    failures.metricApproximateNumberOfMessagesVisible(),
  );
  const age = target.metric('IteratorAge', { statistic: 'Maximum' });
  alarm('Behind', 'A commit has not been published for ten minutes.', age, Duration.minutes(10).toMilliseconds());
}
