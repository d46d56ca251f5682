/** Lambda: what becomes of the messages of one projection of the context, named by PROJECTION? */
import { eventDefinitions, projectionNamed } from '#shared/catalog/index.ts';
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { setting } from '#shared/edge/index.ts';
import { projectionConsumer } from '#shared/edge/queue/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { createDynamoDbRowStore } from '#shared/projection/dynamodb/index.ts';
import { accounts as context } from '../accounts.catalog.ts';

const client = createDocumentClient();

export const handler = projectionConsumer(projectionNamed(context, setting('PROJECTION')), {
  store: createDynamoDbEventStore({ client, table: setting('EVENTS_TABLE'), events: eventDefinitions(context) }),
  rows: createDynamoDbRowStore({ client, table: setting('QUERY_TABLE') }),
});
