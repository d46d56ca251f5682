/** Between functions and DynamoDB Local: the troubles of the service that DynamoDB Local never has. */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Faults } from '../../engine/chaos/faults.ts';
import { listenOnLoopback, stopServer } from '../../engine/loopback.ts';

type DatabaseProxy = { readonly url: string; stop(): Promise<void> };

/** Of what is lost, so much keeps its caller waiting for an answer; else the connection breaks. */
const SILENT = 0.1;

/** Passes everything on as it is, except what is struck by a fault. */
export async function startChaoticDynamoDb(target: string, faults: Faults): Promise<DatabaseProxy> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => answer(incoming, outgoing, Buffer.concat(chunks)));
  });

  function answer(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer): void {
    const asked = askedOf(incoming, body);
    const { place, writes } = asked;
    if (faults.strikes('throttle', place)) refuse(outgoing, throttled(asked, faults.chance(place)));
    else if (writes > 0 && faults.strikes('conflict', place)) refuse(outgoing, conflict(asked));
    else if (faults.strikes('drop', place)) lose(incoming, outgoing, body, faults.chance(place));
    else pass(incoming, body, (back) => copy(back, outgoing));
  }

  /** Half of them never arrive, of the others the answer does not. */
  function lose(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer, way: number): void {
    const end = () => {
      if ((way * 2) % 1 >= SILENT) outgoing.destroy();
    };
    if (way < 0.5) end();
    else pass(incoming, body, (back) => (back === undefined ? end() : back.resume().on('end', end)));
  }

  function pass(
    { method, headers, url }: IncomingMessage,
    body: Buffer,
    then: (back?: IncomingMessage) => unknown,
  ): void {
    const passed = request(new URL(url ?? '/', target), { agent, method, headers }, then);
    passed.on('error', () => then());
    passed.end(body);
  }

  return {
    url: await listenOnLoopback(server, 0),
    async stop() {
      await stopServer(server);
      agent.destroy();
    },
  };
}

function copy(back: IncomingMessage | undefined, outgoing: ServerResponse): void {
  if (back === undefined) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(back.statusCode ?? 500, back.headers);
  back.on('error', () => outgoing.destroy());
  back.pipe(outgoing);
}

type Asked = {
  /** Operation and table. */
  readonly place: string;
  readonly isTransaction: boolean;
  /** Items that it writes; 0 for a read. */
  readonly writes: number;
};

const WRITE = /^(?:PutItem|UpdateItem|DeleteItem)$/;

function askedOf({ headers }: IncomingMessage, body: Buffer): Asked {
  const [, operation = ''] = String(headers['x-amz-target']).split('.');
  const text = body.toString();
  // The first table of a transaction or batch stands for all.
  const table = /"TableName":"([^"]+)"|"RequestItems":\{"([^"]+)"/.exec(text)?.slice(1).find(Boolean) ?? '';
  const isTransaction = operation === 'TransactWriteItems';
  const writes = isTransaction ? JSON.parse(text).TransactItems.length : WRITE.test(operation) ? 1 : 0;
  return { place: `${operation} ${table}`, isTransaction, writes };
}

type Refusal = { readonly type: string; readonly reasons?: readonly object[] };

function throttled({ isTransaction, writes }: Asked, way: number): Refusal {
  if (isTransaction && way < 0.5) return cancelled('ThrottlingError', writes);
  return { type: way < 0.75 ? 'ProvisionedThroughputExceededException' : 'ThrottlingException' };
}

const conflict = ({ isTransaction, writes }: Asked): Refusal =>
  isTransaction ? cancelled('TransactionConflict', writes) : { type: 'TransactionConflictException' };

/** One write is at fault, the others are not done either. */
const cancelled = (Code: string, writes: number): Refusal => ({
  type: 'TransactionCanceledException',
  reasons: Array.from({ length: writes }, (_, index) =>
    index === 0 ? { Code, Message: 'On purpose.' } : { Code: 'None' },
  ),
});

function refuse(outgoing: ServerResponse, { type, reasons }: Refusal): void {
  const error = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'On purpose.' };
  outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  outgoing.end(JSON.stringify(reasons === undefined ? error : { ...error, CancellationReasons: reasons }));
}
