/** `GET /feed/{context}`, over the feed tables of all contexts. */
import { eventDefinitions } from '#shared/catalog/index.ts';
import { createDocumentClient, FEED_TABLE, variableOfSeveral } from '#shared/dynamodb/index.ts';
import { feedEndpoint } from '#shared/edge/http/index.ts';
import { namedSetting } from '#shared/edge/index.ts';
import { createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader } from '#shared/feed/index.ts';
import { contexts } from '../contexts.ts';

const client = createDocumentClient();

const feeds = new Map(
  contexts.map((context) => {
    const table = namedSetting(variableOfSeveral(FEED_TABLE), context.name);
    const events = eventDefinitions(context);
    return [context.name, createFeedReader({ table: createDynamoDbFeedTable({ client, table }), events })] as const;
  }),
);

export const handler = feedEndpoint((context) => feeds.get(context));
