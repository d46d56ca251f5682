/** The items that the kit writes for a long stream, made by its own command handler with no database behind the client. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import { toStreamId } from '#shared/event/index.ts';
import { type CommitItem, lastVersion } from '#shared/event-store/index.ts';
import { readCommit } from '#shared/feed/index.ts';
import { kitClient } from '../bench-database.ts';
import { addition, counters } from './counter.ts';
import { kitWriter, warm } from './kit-writer.ts';

export type Item = CommitItem & Readonly<Record<string, unknown>>;

type Shape = { readonly eventBytes?: number; readonly aggregate?: AnyAggregate };

/** The items of a stream of one-event commits, in order, with snapshots where the command handler puts them. */
export async function kitItems(length: number, { eventBytes, aggregate = counters }: Shape = {}): Promise<Item[]> {
  const items: Item[] = [];
  const client = answeringNothing(kitClient('http://127.0.0.1:1'), items);
  const write = kitWriter(client, 'nowhere', warm(), aggregate);
  const stream = toStreamId('counter', 'model');
  for (let version = 1; version <= length; version += 1) await write(stream, [addition(eventBytes)]);
  client.destroy();
  const last = items.at(-1);
  if (last === undefined || lastVersion(readCommit(last)) !== length) throw new Error('the kit wrote other items');
  return items;
}

/** No request leaves it: reads find nothing, and what is put is kept in `items`. */
function answeringNothing(client: DynamoDBDocumentClient, items: Item[]): DynamoDBDocumentClient {
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        if ('Item' in input && input.Item !== undefined) items.push(input.Item as Item); // a commit, put by the store
        return { output: { $metadata: {} }, response: undefined };
      },
    { step: 'initialize', name: 'answeringNothing' },
  );
  return client;
}
