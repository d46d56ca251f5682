/** What would the kit have written for a long stream? Its own command handler says it, with no database behind the client. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { toStreamId } from '#shared/event/index.ts';
import { kitWriter, warmStreams } from './kit-writer.ts';

export type Item = Readonly<Record<string, unknown>>;

/** The items of a stream of one-event commits, in order, with snapshots where the command handler puts them. */
export async function kitItems(length: number): Promise<Item[]> {
  const items: Item[] = [];
  const client = answeringNothing(createDocumentClient('http://127.0.0.1:1'), items);
  const write = kitWriter(client, 'nowhere', warmStreams());
  const stream = toStreamId('counter', 'model');
  for (let version = 1; version <= length; version += 1) await write(stream, [1]);
  client.destroy();
  return items;
}

/** No request leaves it: reads find nothing, and what is put is kept in `items`. */
function answeringNothing(client: DynamoDBDocumentClient, items: Item[]): DynamoDBDocumentClient {
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        if ('Item' in input && input.Item !== undefined) items.push(input.Item);
        return { output: { $metadata: {} }, response: undefined };
      },
    { step: 'initialize', name: 'answeringNothing' },
  );
  return client;
}
