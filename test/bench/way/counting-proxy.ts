/** A proxy before DynamoDB that passes everything on and counts who asked for what, and the capacity that it took. */
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';

export type Spent = {
  /** The function, by the app id that its SDK sends. */
  readonly caller: string;
  readonly operation: string;
  readonly table: string;
  requests: number;
  readUnits: number;
  /** Those of a transaction twice, as the service counts them and DynamoDB Local does not; one for a write that was refused. */
  writeUnits: number;
};

export type CountingProxy = AsyncDisposable & {
  readonly url: string;
  /** What was spent since the last call. */
  spent(): Spent[];
};

/** What the SDK adds to its user agent when AWS_SDK_UA_APP_ID is set. */
const APP_ID = /\bapp\/([\w.-]+)/;
const READ = /^(?:GetItem|Query|Scan|BatchGetItem|TransactGetItems)$/;
const WRITE = /^(?:PutItem|UpdateItem|DeleteItem|BatchWriteItem|TransactWriteItems)$/;

export async function countingProxy(target: string): Promise<CountingProxy> {
  const agent = new Agent({ keepAlive: true });
  let spent = new Map<string, Spent>();

  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '/' } = incoming;
    const [api = '', operation = ''] = String(headers['x-amz-target']).split('.');
    const isCounted = api.startsWith('DynamoDB_') && (READ.test(operation) || WRITE.test(operation));
    const caller = APP_ID.exec(String(headers['user-agent']))?.[1] ?? 'others';
    const asked: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => asked.push(chunk));
    incoming.on('end', () => {
      const sent = isCounted ? askingForCapacity(Buffer.concat(asked)) : Buffer.concat(asked);
      const options = { agent, method, headers: { ...headers, 'content-length': sent.byteLength } };
      const passed = request(new URL(url, target), options, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        const answered: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => {
          outgoing.write(chunk);
          if (isCounted) answered.push(chunk);
        });
        answer.on('end', () => {
          outgoing.end();
          if (isCounted) count(caller, operation, sent, Buffer.concat(answered));
        });
      });
      passed.on('error', () => outgoing.destroy());
      passed.end(sent);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  function count(caller: string, operation: string, sent: Buffer, answered: Buffer): void {
    const { ConsumedCapacity, __type = '' } = JSON.parse(answered.toString()) as Answer;
    const capacity = [ConsumedCapacity ?? []].flat();
    const table = capacity[0]?.TableName ?? (JSON.parse(sent.toString()) as { TableName?: string }).TableName ?? '';
    const key = `${caller} ${operation} ${table}`;
    const entry = spent.get(key) ?? { caller, operation, table, requests: 0, readUnits: 0, writeUnits: 0 };
    spent.set(key, entry);
    entry.requests += 1;
    const units = capacity.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    if (READ.test(operation)) entry.readUnits += units;
    else if (__type.endsWith('#ConditionalCheckFailedException')) entry.writeUnits += 1;
    else entry.writeUnits += operation.startsWith('Transact') ? 2 * units : units;
  }

  return {
    url: `http://127.0.0.1:${Object(server.address()).port}`,
    spent() {
      const taken = [...spent.values()];
      spent = new Map();
      return taken;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      agent.destroy();
    },
  };
}

type Capacity = { readonly TableName?: string; readonly CapacityUnits?: number };
type Answer = { readonly ConsumedCapacity?: Capacity | Capacity[]; readonly __type?: string };

/** The answer then has a member more than was asked for, which no client minds. */
const askingForCapacity = (body: Buffer): Buffer =>
  Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), ReturnConsumedCapacity: 'TOTAL' }));
