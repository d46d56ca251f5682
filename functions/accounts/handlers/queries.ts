/** Lambda: the queries of the accounts context. */
import { eventDefinitions } from '#shared/catalog/index.ts';
import { queryEndpoint } from '#shared/http/index.ts';
import { setting, settingsByName } from '#shared/lambda/index.ts';
import {
  createDocumentClient,
  createDynamoDbEventStore,
  createDynamoDbRowStores,
} from '#shared/store/dynamodb/index.ts';
import { accounts } from '../accounts.catalog.ts';

const client = createDocumentClient();

export const handler = queryEndpoint(accounts, {
  store: createDynamoDbEventStore({ client, table: setting('EVENTS_TABLE'), events: eventDefinitions(accounts) }),
  rowsOf: createDynamoDbRowStores({ client, tables: settingsByName('QUERY_TABLES') }),
});
