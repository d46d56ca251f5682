/** `GET /streams/{stream}`, over the events tables of all contexts. */
import { eventDefinitions, streamKinds } from '#shared/catalog/index.ts';
import { createDocumentClient, EVENTS_TABLE, variableOfSeveral } from '#shared/dynamodb/index.ts';
import { streamEndpoint } from '#shared/edge/http/index.ts';
import { namedSetting } from '#shared/edge/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { contexts } from '../contexts.ts';

const client = createDocumentClient();

const stores = new Map(
  contexts.flatMap((context) => {
    const table = namedSetting(variableOfSeveral(EVENTS_TABLE), context.name);
    const store = createDynamoDbEventStore({ client, table, events: eventDefinitions(context) });
    return streamKinds(context).map(({ category }) => [category, store] as const);
  }),
);

export const handler = streamEndpoint((category) => stores.get(category));
