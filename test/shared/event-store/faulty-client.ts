/** A relay dies between two requests by a middleware on the real client, before or after the real service. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** `part` is how the service throttles a batch: half of it is done, the rest is given back; at worst `nothing` is done. */
export type Fault = 'before' | 'after' | 'part' | 'nothing' | 'none';

type Batch = Record<string, unknown[] | { Keys: unknown[]; ConsistentRead: boolean }>;

/** Each of the first requests meets the fault of its number; later ones meet none. */
export function makeFaulty(client: DynamoDBDocumentClient, faults: readonly Fault[]): void {
  let requests = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const fault = faults[requests] ?? 'none';
      requests += 1;
      if (fault === 'before') throw new Error('died before a request');
      const input = args.input as { RequestItems?: Batch };
      const items = input.RequestItems;
      if (items !== undefined && (fault === 'part' || fault === 'nothing')) {
        const [now, left] = fault === 'part' ? halves(items) : [undefined, items];
        const answer = now && (await next({ ...args, input: { ...input, RequestItems: now } }));
        const name = context.commandName === 'BatchGetItemCommand' ? 'UnprocessedKeys' : 'UnprocessedItems';
        const output = { $metadata: {}, ...answer?.output, [name]: left };
        return { response: undefined, ...answer, output };
      }
      const answer = await next(args);
      if (fault === 'after') throw new Error('died after a request');
      return answer;
    },
    { step: 'initialize', name: 'faults', priority: 'high' },
  );
}

function halves(items: Batch): [Batch, Batch | undefined] {
  const parts = Object.entries(items).map(([table, all]) => {
    const list = Array.isArray(all) ? all : all.Keys;
    const half = Math.ceil(list.length / 2);
    const withList = (part: unknown[]) => (Array.isArray(all) ? part : { ...all, Keys: part });
    return { table, now: withList(list.slice(0, half)), left: withList(list.slice(half)), whole: half === list.length };
  });
  const left = parts.some(({ whole }) => !whole)
    ? Object.fromEntries(parts.map(({ table, left }) => [table, left]))
    : undefined;
  return [Object.fromEntries(parts.map(({ table, now }) => [table, now])), left];
}
