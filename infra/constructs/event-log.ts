/** A context's log and its feed, and the relay that carries commits from the log into the feed and onto the bus. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { StreamViewType, type TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { ContextCatalog } from '#shared/catalog/index.ts';
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

/** What calls the relay. Whoever looks after the relay asks for its state. */
export type RelayMapping = { readonly id: string; readonly arn: string };

/**
 * The relay of an events table. What a later try may cure is tried for as long as the stream has it, and then described in the
 * on-failure queue; what none can cure the relay parks itself. Gives the mapping by which it is called.
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
): RelayMapping {
  const target = handlerFunction(scope, 'Relay', {
    name: functionName(config, context.name, 'relay'),
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
  const source = new DynamoEventSource(events, {
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    maxRecordAge: MAXIMUM_RECORD_AGE,
    onFailure: new SqsDlq(failures),
    filters: [FilterCriteria.filter({ eventName: FilterRule.isEqual('INSERT') })],
  });
  target.addEventSource(source);
  return { id: source.eventSourceMappingId, arn: source.eventSourceMappingArn };
}
