/** `GET /feed/{context}`, over the feed tables of all contexts. */
import { eventDefinitions } from '#shared/catalog/index.ts';
import { createDocumentClient, FEED_TABLE, variableOfSeveral } from '#shared/dynamodb/index.ts';
import { feedEndpoint } from '#shared/edge/http/index.ts';
import { settingsByName } from '#shared/edge/index.ts';
import { createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader } from '#shared/feed/index.ts';
import { contexts } from '../contexts.ts';

const client = createDocumentClient();
const tables = settingsByName(variableOfSeveral(FEED_TABLE));

const feeds = new Map(
  contexts.map((context) => {
    const table = tables[context.name];
    if (table === undefined)
      throw new Error(`${variableOfSeveral(FEED_TABLE)} does not name the table of ${context.name}.`);
    const events = eventDefinitions(context);
    return [context.name, createFeedReader({ table: createDynamoDbFeedTable({ client, table }), events })] as const;
  }),
);

export const handler = feedEndpoint((context) => feeds.get(context));
