/** What does feeding read of the events table? Commits as they are stored, of one stream or of all. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { orUnavailable } from '#shared/dynamodb/index.ts';
import { commitQueries } from '#shared/event-store/dynamodb/index.ts';
import { storedCommit } from '#shared/event-store/index.ts';
import type { FeedLog } from '../feed.ts';

/** As many as one Query gives at most: missed commits are rare, and few. */
const AT_ONCE = 1_000;

export function createDynamoDbFeedLog({
  client,
  table,
}: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): FeedLog {
  const queries = commitQueries(client, table);
  return {
    async commitsAfter(stream, version, limit = AT_ONCE) {
      const { items, more } = await orUnavailable(() => queries.after(stream, version, limit));
      return { commits: items.map(storedCommit), more };
    },
  };
}
