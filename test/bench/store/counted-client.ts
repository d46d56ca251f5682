/** What did it cost? A client that counts its requests and the capacity that they consumed. */
import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export type Cost = { reads: number; writes: number; readUnits: number; writeUnits: number };

export type CountedClient = {
  readonly client: DynamoDBDocumentClient;
  /** What was spent since the last call. */
  spent(): Cost;
};

/** Retries count as requests. A write that was refused on its condition reports no capacity. */
export function counted(client: DynamoDBDocumentClient): CountedClient {
  let cost = nothing();
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
      const { ConsumedCapacity = [] } = result.output as {
        readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
      }; // asked for above
      for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) {
        if ('KeyConditionExpression' in args.input || 'Key' in args.input) cost.readUnits += CapacityUnits;
        else cost.writeUnits += CapacityUnits;
      }
      return result;
    },
    { step: 'initialize', name: 'countedCapacity' },
  );
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        if (/^(Get|Query)/.test(commandName)) cost.reads += 1;
        else cost.writes += 1;
        return next(args);
      },
    { step: 'finalizeRequest', priority: 'low', name: 'countedRequests' },
  );
  return {
    client,
    spent() {
      const spent = cost;
      cost = nothing();
      return spent;
    },
  };
}

const nothing = (): Cost => ({ reads: 0, writes: 0, readUnits: 0, writeUnits: 0 });

export const share = ({ reads, writes, readUnits, writeUnits }: Cost, parts: number): Cost => ({
  reads: reads / parts,
  writes: writes / parts,
  readUnits: readUnits / parts,
  writeUnits: writeUnits / parts,
});
