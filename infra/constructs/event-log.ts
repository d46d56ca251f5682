/** Where are a context's log and its feed, and how do commits get into the feed and onto the bus? */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import type { Config } from '../config.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { handlerFunction } from './handler-function.ts';

/** The log outlives its stack: what was recorded is never deleted by a deployment. */
export const eventsTable = (scope: Construct): TableV2 =>
  new TableV2(scope, 'Events', {
    partitionKey: { name: 'stream', type: AttributeType.STRING },
    sortKey: { name: 'version', type: AttributeType.NUMBER },
    billing: Billing.onDemand(),
    dynamoStream: StreamViewType.NEW_IMAGE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.RETAIN,
  });

/** Consumers hold positions of the feed, so it is kept as long as the log. */
export const feedTable = (scope: Construct): TableV2 =>
  new TableV2(scope, 'Feed', {
    partitionKey: { name: 'partition', type: AttributeType.STRING },
    sortKey: { name: 'position', type: AttributeType.NUMBER },
    billing: Billing.onDemand(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.RETAIN,
  });

/**
 * The relay of an events table. A batch that fails is cut in two until the commit that fails stands alone; its description
 * goes to the on-failure queue after half of the stream's 24 hours, so that the commits behind it still have their chance.
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
      EVENTS_TABLE: events.tableName,
      FEED_TABLE: feed.tableName,
      FEED_PARTITIONS: String(context.feedPartitions ?? 1),
    },
    logRetention: config.logRetention,
    timeout: Duration.minutes(1),
  });
  bus.grantPutEventsTo(target);
  events.grant(target, 'dynamodb:Query');
  feed.grant(
    target,
    'dynamodb:Query',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:BatchGetItem',
    'dynamodb:BatchWriteItem',
  );
  const source = new DynamoEventSource(events, {
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    retryAttempts: 1_000,
    maxRecordAge: Duration.hours(12),
    onFailure: new SqsDlq(deadLetterQueue(scope, 'RelayFailures')),
    filters: [FilterCriteria.filter({ eventName: FilterRule.isEqual('INSERT') })],
  });
  target.addEventSource(source);
  return { mappingId: source.eventSourceMappingId, mappingArn: source.eventSourceMappingArn };
}
