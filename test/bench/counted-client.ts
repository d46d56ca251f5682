/** A client that counts its requests and the capacity that they consumed, as DynamoDB reports it. */
import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export type Cost = {
  readonly reads: number;
  readonly writes: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Writes that failed on their condition. They are among `writes`; DynamoDB Local reports no capacity for them. */
  readonly refused: number;
  /** Items in batch writes. */
  readonly batchItems: number;
};

export type CountedClient = {
  readonly client: DynamoDBDocumentClient;
  /** What was spent since the last call. */
  spent(): Cost;
};

const READ = /^(Get|Query|Scan|BatchGet)/;

/** Retries count as requests. */
export function counted(client: DynamoDBDocumentClient): CountedClient {
  let cost = nothing();
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const { RequestItems = {} } = args.input as { readonly RequestItems?: Record<string, unknown[]> }; // of batches
        if (commandName.startsWith('BatchWrite')) cost.batchItems += Object.values(RequestItems).flat().length;
        const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' };
        const result = await next({ ...args, input }).catch((error: unknown) => {
          if (error instanceof Error && error.name === 'ConditionalCheckFailedException') cost.refused += 1;
          throw error;
        });
        const { ConsumedCapacity = [] } = result.output as {
          readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
        }; // asked for above
        const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
        if (READ.test(commandName)) cost.readUnits += units;
        else cost.writeUnits += units;
        return result;
      },
    { step: 'initialize', name: 'countedCapacity' },
  );
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        if (READ.test(commandName)) cost.reads += 1;
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

const nothing = () => ({ reads: 0, writes: 0, readUnits: 0, writeUnits: 0, refused: 0, batchItems: 0 });

/** The mean over so many. */
export const share = (cost: Cost, parts: number): Cost => ({
  reads: cost.reads / parts,
  writes: cost.writes / parts,
  readUnits: cost.readUnits / parts,
  writeUnits: cost.writeUnits / parts,
  refused: cost.refused / parts,
  batchItems: cost.batchItems / parts,
});

export const requestsText = ({ reads, writes }: Cost): string => `${short(reads)} read + ${short(writes)} write`;

export const unitsText = ({ readUnits, writeUnits }: Cost): string =>
  `${readUnits.toFixed(1)} RCU + ${writeUnits.toFixed(2)} WCU`;

const short = (count: number) => (Number.isInteger(count) ? String(count) : count.toFixed(2));
