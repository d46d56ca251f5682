/** A context's log and its feed, and the relay that carries commits from the log into the feed and onto the bus. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, StreamViewType, type TablePropsV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { EVENTS_TABLE, FEED_TABLE, type TableKind } from '#shared/dynamodb/index.ts';
import type { Config } from '../config.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { handlerFunction } from './handler-function.ts';

export const tableKeys = ({ partitionKey, sortKey }: TableKind): Pick<TablePropsV2, 'partitionKey' | 'sortKey'> => ({
  partitionKey: attribute(partitionKey),
  ...(sortKey && { sortKey: attribute(sortKey) }),
});

const attribute = ({ name, type }: TableKind['partitionKey']) => ({
  name,
  type: type === 'S' ? AttributeType.STRING : AttributeType.NUMBER,
});

/** The log outlives its stack: what was recorded is never deleted by a deployment. */
export const eventsTable = (scope: Construct): TableV2 =>
  new TableV2(scope, EVENTS_TABLE.logicalId, {
    ...tableKeys(EVENTS_TABLE),
    billing: Billing.onDemand(),
    dynamoStream: StreamViewType.NEW_IMAGE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.RETAIN,
  });

/** Consumers hold positions of the feed, so it is kept as long as the log. */
export const feedTable = (scope: Construct): TableV2 =>
  new TableV2(scope, FEED_TABLE.logicalId, {
    ...tableKeys(FEED_TABLE),
    billing: Billing.onDemand(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.RETAIN,
  });

/** A stream keeps its records for 24 hours. What is given up an hour before is told of; what expires is not. */
const MAXIMUM_RECORD_AGE = Duration.hours(23);

/**
 * The relay of an events table. What a later try may cure is tried for as long as the stream has it, and then described in the
 * on-failure queue; what none can cure the relay parks itself.
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
): { readonly mappingId: string; readonly mappingArn: string } {
  const target = handlerFunction(scope, 'Relay', {
    name: `${config.prefix}-${context.name}-relay`,
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
  return { mappingId: source.eventSourceMappingId, mappingArn: source.eventSourceMappingArn };
}
