/** `GET /projections`, over the feed and query tables of all contexts. */
import { followersOf } from '#shared/catalog/index.ts';
import { createDocumentClient, FEED_TABLE, QUERY_TABLE, variableOfSeveral } from '#shared/dynamodb/index.ts';
import { projectionsEndpoint } from '#shared/edge/http/index.ts';
import { namedSetting } from '#shared/edge/index.ts';
import { hintFeed } from '#shared/edge/schedule/index.ts';
import { createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader } from '#shared/feed/index.ts';
import { createDynamoDbProjectionVersions } from '#shared/projection/dynamodb/index.ts';
import { contexts } from '../contexts.ts';

const client = createDocumentClient();

const watched = contexts.flatMap((context) => {
  const feedTable = namedSetting(variableOfSeveral(FEED_TABLE), context.name);
  const table = createDynamoDbFeedTable({ client, table: feedTable });
  const feed = hintFeed(createFeedReader({ table }));
  return followersOf(context).map((one) => {
    const queryTable = namedSetting(variableOfSeveral(QUERY_TABLE), `${context.name}/${one.follower.name}`);
    const versions = createDynamoDbProjectionVersions({ client, table: queryTable });
    return { ...one, context: context.name, versions, feed };
  });
});

export const handler = projectionsEndpoint(watched, () => new Date());
