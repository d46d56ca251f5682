/** Lambda: what does the context answer to a query? */
import { eventDefinitions } from '#shared/catalog/index.ts';
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { queryEndpoint } from '#shared/edge/http/index.ts';
import { setting, settingsByName } from '#shared/edge/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { createDynamoDbRowStores } from '#shared/projection/dynamodb/index.ts';
import { accounts as context } from '../accounts.catalog.ts';

const client = createDocumentClient();

export const handler = queryEndpoint(context, {
  store: createDynamoDbEventStore({ client, table: setting('EVENTS_TABLE'), events: eventDefinitions(context) }),
  rowsOf: createDynamoDbRowStores({ client, tables: settingsByName('QUERY_TABLES') }),
});
