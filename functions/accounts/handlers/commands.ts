/** Lambda: what becomes of a command of the context? */
import { eventDefinitions } from '#shared/catalog/index.ts';
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { commandEndpoint } from '#shared/edge/http/index.ts';
import { setting, system } from '#shared/edge/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { accounts as context } from '../accounts.catalog.ts';

const store = createDynamoDbEventStore({
  client: createDocumentClient(),
  table: setting('EVENTS_TABLE'),
  events: eventDefinitions(context),
});

export const handler = commandEndpoint(context, { ...system(), store });
