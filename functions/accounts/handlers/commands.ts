/** Lambda: the commands of the accounts context. */
import { eventDefinitions } from '#shared/catalog/index.ts';
import { commandEndpoint } from '#shared/http/index.ts';
import { setting, system } from '#shared/lambda/index.ts';
import { createDocumentClient, createDynamoDbEventStore } from '#shared/store/dynamodb/index.ts';
import { accounts } from '../accounts.catalog.ts';

const store = createDynamoDbEventStore({
  client: createDocumentClient(),
  table: setting('EVENTS_TABLE'),
  events: eventDefinitions(accounts),
});

export const handler = commandEndpoint(accounts, { ...system(), store });
