/** What DynamoDB Local never does, done to the real client's requests and answers: DynamoDB fails. */
import { Readable } from 'node:stream';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export type WireFault =
  /** The request never arrives. */
  | 'unreachable'
  /** The request is done, its answer is lost. */
  | 'lost'
  /** The client has given up waiting, the request is done later. */
  | 'late'
  /** Refused because of the load. */
  | 'throttled'
  /** The service itself fails. */
  | 'broken'
  /** A write is refused because a transaction is under way on its item. */
  | 'transaction-conflict'
  /** A transaction is refused because of the load on one of its items. */
  | 'transaction-throttled'
  /** A transaction is refused because an earlier try of it is under way. */
  | 'transaction-in-progress';

export const WIRE_FAULTS: readonly WireFault[] = [
  'unreachable',
  'lost',
  'late',
  'throttled',
  'broken',
  'transaction-conflict',
  'transaction-throttled',
  'transaction-in-progress',
];

/** `later` runs what arrives late; `nextFault` is asked once for every request that is sent, repeats included. */
export type Wire = {
  nextFault(request: 'read' | 'write'): WireFault | undefined;
  later(arrive: () => Promise<unknown>): void;
};

const TRANSACT = 'TransactWriteItems';
const WRITES: ReadonlySet<string> = new Set(['PutItem', TRANSACT]);

/** Puts the wire under a client, between its retries and the network. The client's back-off takes no time. */
export function putUnder(client: DynamoDBDocumentClient, wire: Wire): void {
  client.config.retryStrategy = async () => retryAtOnce;
  client.middlewareStack.add(
    (next) => async (args) => {
      const operation = operationOf(args.request);
      const send = () => next(args);
      switch (wire.nextFault(WRITES.has(operation) ? 'write' : 'read')) {
        case undefined:
          return send();
        case 'unreachable':
          throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        case 'lost':
          await unheard(send);
          throw timeout();
        case 'late':
          wire.later(() => unheard(send));
          throw timeout();
        case 'throttled':
          return refusal(400, 'ProvisionedThroughputExceededException');
        case 'broken':
          return refusal(500, 'InternalServerError');
        case 'transaction-conflict':
          if (operation === 'PutItem') return refusal(400, 'TransactionConflictException');
          return operation === TRANSACT ? cancelled('TransactionConflict') : send();
        case 'transaction-throttled':
          return operation === TRANSACT ? cancelled('ThrottlingError') : send();
        case 'transaction-in-progress':
          return operation === TRANSACT ? refusal(400, 'TransactionInProgressException') : send();
      }
    },
    { step: 'deserialize', priority: 'low', name: 'faultyWire' },
  );
}

/** `DynamoDB_20120810.PutItem` in the request's target header. */
function operationOf(request: unknown): string {
  const { headers } = request as { headers: Record<string, string> }; // an HTTP request at this step
  const target = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-target')?.[1] ?? '';
  return target.slice(target.indexOf('.') + 1);
}

/** Does the request, and reads its answer for nobody, so that the connection is free again. */
async function unheard(send: () => Promise<{ readonly response: unknown }>): Promise<void> {
  const { body } = (await send()).response as { body: Readable }; // an HTTP response at this step
  await body.toArray();
}

const timeout = () => Object.assign(new Error('no answer in time'), { name: 'TimeoutError' });

/** An error as the service sends it, for the client to read. */
const refusal = (statusCode: number, type: string, fields: Readonly<Record<string, unknown>> = {}) => ({
  response: {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Readable.from([
      JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'on purpose', ...fields }),
    ]),
  },
  output: { $metadata: {} },
});

/** The other writes of a cancelled transaction have the code None. */
const cancelled = (Code: string) =>
  refusal(400, 'TransactionCanceledException', { CancellationReasons: [{ Code }, { Code: 'None' }] });

type RetryToken = { getRetryCount(): number; getRetryDelay(): number; getRetryCost(): undefined };

const token = (count: number): RetryToken => ({
  getRetryCount: () => count,
  getRetryDelay: () => 0,
  getRetryCost: () => undefined,
});

const MAXIMUM_RETRIES = 2;

const retryAtOnce = {
  acquireInitialRetryToken: async () => token(0),
  async refreshRetryTokenForRetry(last: { getRetryCount(): number }, { errorType }: { errorType: string }) {
    if (errorType === 'CLIENT_ERROR' || last.getRetryCount() === MAXIMUM_RETRIES) throw new Error('no more retries');
    return token(last.getRetryCount() + 1);
  },
  recordSuccess: () => undefined,
};
