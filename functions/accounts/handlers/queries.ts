/** Lambda: what does the context answer to a query? */
import { eventDefinitions } from '#shared/catalog/index.ts';
import { queryEndpoint } from '#shared/http/index.ts';
import { setting, settingsByName } from '#shared/lambda/index.ts';
import {
  createDocumentClient,
  createDynamoDbEventStore,
  createDynamoDbRowStores,
} from '#shared/store/dynamodb/index.ts';
import { accounts as context } from '../accounts.catalog.ts';

const client = createDocumentClient();

export const handler = queryEndpoint(context, {
  store: createDynamoDbEventStore({ client, table: setting('EVENTS_TABLE'), events: eventDefinitions(context) }),
  rowsOf: createDynamoDbRowStores({ client, tables: settingsByName('QUERY_TABLES') }),
});
