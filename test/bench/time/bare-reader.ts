/** What one would write by hand to answer from a stream: a Query of it, page by page, sorted where it must be, and a fold into lines. */
import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { BareItem } from '../counter/bare-writer.ts';

/** As much of an event as is folded, with the time from which it counts. */
type Addition = Pick<BareItem, 'recordedAt' | 'data'>;

type Line = { readonly on: string; readonly amount: number; readonly total: number };
type Lines = { readonly total: number; readonly lines: readonly Line[] };

const NEWEST = 1_000;

/** What there is of a table, and how an item of it is read. */
type Log<Item> = {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly additionsIn: (item: Item) => readonly Addition[];
};

export function bareReader<Item extends { readonly recordedAt: string }>(log: Log<Item>, stream: string) {
  const { client, table, additionsIn } = log;

  async function read(upTo = '9999'): Promise<Addition[]> {
    const found: Addition[] = [];
    let start: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: '#stream = :stream',
          ExpressionAttributeNames: { '#stream': 'stream' },
          ExpressionAttributeValues: { ':stream': stream },
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      const items = (page.Items ?? []) as Item[]; // nobody else writes to this table
      for (const item of items) if (item.recordedAt <= upTo) found.push(...additionsIn(item));
      const isBehind = (items.at(-1)?.recordedAt ?? '') > upTo;
      start = isBehind ? undefined : page.LastEvaluatedKey;
    } while (start !== undefined);
    return found;
  }

  return {
    asAt: async (time: string): Promise<Lines> => fold(await read(time)),
    asOf: async (date: string): Promise<Lines> =>
      fold(byTime((await read()).filter(({ recordedAt }) => recordedAt.slice(0, date.length) <= date))),
    async whatIf(amount: number, on: string): Promise<Lines & { readonly difference: number }> {
      const all = await read();
      const supposed = { recordedAt: on, data: { amount } };
      const { total, lines } = fold(byTime([...all, supposed]));
      return { total, lines, difference: total - fold(byTime(all)).total };
    },
  };
}

const byTime = (all: readonly Addition[]) =>
  all.toSorted((one, other) => (one.recordedAt < other.recordedAt ? -1 : one.recordedAt > other.recordedAt ? 1 : 0));

/** As a page of the newest. */
function fold(all: readonly Addition[]): Lines {
  let total = 0;
  const lines = all.map(({ recordedAt: on, data: { amount } }) => {
    total += amount;
    return { on, amount, total };
  });
  return { total, lines: lines.slice(-NEWEST).reverse() };
}
