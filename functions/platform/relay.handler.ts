/** The relay of one context, named by CONTEXT: from its table's stream into its feed and onto the bus. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { contextNamed, eventDefinitions, eventSource } from '#shared/catalog/index.ts';
import { createDocumentClient, EVENTS_TABLE, FEED_TABLE } from '#shared/dynamodb/index.ts';
import { setting, system } from '#shared/edge/index.ts';
import { createPublisher, relay } from '#shared/edge/stream/index.ts';
import { createDynamoDbFeedLog, createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedWriter } from '#shared/feed/index.ts';
import { contexts } from '../contexts.ts';

const context = contextNamed(contexts, setting('CONTEXT'));
const eventBridge = new EventBridgeClient({
  // The publisher tries again itself, five times: together with the waits that is well within the relay's minute.
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});
const dynamodb = createDocumentClient();

const events = eventDefinitions(context);
const table = createDynamoDbFeedTable({ client: dynamodb, table: setting(FEED_TABLE.variable) });
const { clock, sleep, random } = system();

export const handler = relay({
  itemOf: (image) => unmarshall(image as Record<string, AttributeValue>), // a stream record's image is such a map
  events,
  feed: createFeedWriter({
    table,
    log: createDynamoDbFeedLog({ client: dynamodb, table: setting(EVENTS_TABLE.variable) }),
    partitions: partitionCount(setting('FEED_PARTITIONS')),
    events,
  }),
  park: table.park,
  publish: createPublisher({
    client: eventBridge,
    bus: setting('EVENT_BUS'),
    source: eventSource(context),
    sleep,
    random,
  }),
  clock,
});

function partitionCount(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new Error(`FEED_PARTITIONS is "${text}"; it must be a whole number from 1 to 999.`);
}
