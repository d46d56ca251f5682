/** Lambda: what becomes of a command of the context? */
import { eventDefinitions } from '#shared/catalog/index.ts';
import { commandEndpoint } from '#shared/http/index.ts';
import { setting, system } from '#shared/lambda/index.ts';
import { createDocumentClient, createDynamoDbEventStore } from '#shared/store/dynamodb/index.ts';
import { accounts as context } from '../accounts.catalog.ts';

const store = createDynamoDbEventStore({
  client: createDocumentClient(),
  table: setting('EVENTS_TABLE'),
  events: eventDefinitions(context),
});

export const handler = commandEndpoint(context, { ...system(), store });
