/** A command log in a DynamoDB table, key (`stream` S, `id` S), whose items the table deletes some time after `expiresAt`. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { orUnavailable, putIf } from '#shared/dynamodb/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import { type PackedText, packText, unpackText } from '#shared/event-store/index.ts';
import { type CommandEntry, type CommandLog, KEPT_FOR_MS } from '../command-log.ts';

type DynamoDbCommandLogOptions = {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly clock: () => Date;
};

/** An item is an entry, its ending as packed text: a commit may have thousands of events, and their ids are much alike. */
type Item = Omit<CommandEntry, 'stream' | 'ending'> & {
  readonly stream: string;
  readonly ending?: PackedText;
  /** Seconds since 1970. */
  readonly expiresAt: number;
};

/** As {@link CommandLog} says: one request each. */
export function createDynamoDbCommandLog({ client, table, clock }: DynamoDbCommandLogOptions): CommandLog {
  const inSeconds = (milliseconds: number) => Math.floor(milliseconds / 1_000);
  return {
    async read(stream, id) {
      const get = new GetCommand({ TableName: table, Key: { stream, id }, ConsistentRead: true });
      const item = (await orUnavailable(() => client.send(get))).Item as Item | undefined; // written below
      // The table may take days to delete it.
      return item === undefined || item.expiresAt <= inSeconds(clock().getTime()) ? undefined : toEntry(item);
    },

    write(entry) {
      const { ending, ...rest } = entry;
      const Item: Item = {
        ...rest,
        ...(ending && { ending: packText(JSON.stringify(ending)) }),
        expiresAt: inSeconds(clock().getTime() + KEPT_FOR_MS),
      };
      const isLater = 'attribute_not_exists(#stream) OR #sequence < :sequence';
      const endsItsOwn = '(#message = :message AND attribute_not_exists(#ending))';
      return putIf(client, {
        TableName: table,
        Item,
        ConditionExpression: ending === undefined ? isLater : `${isLater} OR ${endsItsOwn}`,
        ExpressionAttributeNames: {
          '#stream': 'stream',
          '#sequence': 'sequence',
          ...(ending && { '#message': 'message', '#ending': 'ending' }),
        },
        ExpressionAttributeValues: { ':sequence': entry.sequence, ...(ending && { ':message': entry.message }) },
      });
    },
  };
}

function toEntry({ expiresAt: _, ending, ...item }: Item): CommandEntry {
  return {
    ...item,
    stream: item.stream as StreamId, // as it was written
    ...(ending !== undefined && { ending: JSON.parse(unpackText(ending)) }),
  };
}
