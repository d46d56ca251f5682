/** Lambda: carries the commits of one context, named by CONTEXT, from its table's stream to the bus. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { contextNamed, eventDefinitions, eventSource } from '#shared/catalog/index.ts';
import { createPublisher, relay, setting, system } from '#shared/lambda/index.ts';
import { contexts } from '../contexts.ts';

const context = contextNamed(contexts, setting('CONTEXT'));
const client = new EventBridgeClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});

export const handler = relay({
  itemOf: (image) => unmarshall(image as Record<string, AttributeValue>), // a stream record's image is such a map
  events: eventDefinitions(context),
  publish: createPublisher({ client, bus: setting('EVENT_BUS'), source: eventSource(context), ...system() }),
});
