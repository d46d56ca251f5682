/** Lambda: what becomes of the messages of one projection of the context, named by PROJECTION? */
import { eventDefinitions, projectionNamed } from '#shared/catalog/index.ts';
import { projectionConsumer, setting } from '#shared/lambda/index.ts';
import {
  createDocumentClient,
  createDynamoDbEventStore,
  createDynamoDbRowStore,
} from '#shared/store/dynamodb/index.ts';
import { accounts as context } from '../accounts.catalog.ts';

const client = createDocumentClient();

export const handler = projectionConsumer(projectionNamed(context, setting('PROJECTION')), {
  store: createDynamoDbEventStore({ client, table: setting('EVENTS_TABLE'), events: eventDefinitions(context) }),
  rows: createDynamoDbRowStore({ client, table: setting('QUERY_TABLE') }),
});
