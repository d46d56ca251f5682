/** Do a table's changes reach the function as with Lambda's event source mapping, from the real DynamoDB Local? */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { startStreamMapping } from '../../../../infra/local/mappings/stream-mapping.ts';
import { dynamodbStreams, type StreamSource } from '../../../../infra/local/mappings/stream-source.ts';
import type { InvocationResult, LocalQueue, Running, StreamMappingDefinition } from '../../../../infra/local/ports.ts';
import { createQueue } from '../../../../infra/local/queues/local-queue.ts';
import { aQueue } from '../queues/a-queue.ts';
import { answer, failing, failure, functionOf, recordedLog, throttled } from './functions.ts';

type StreamRecord = {
  eventName: string;
  eventSourceARN: string;
  dynamodb: { SequenceNumber: string; Keys: { id: { S: string } }; NewImage?: Record<string, AttributeValue> };
};
type Event = { Records: StreamRecord[] };

const clientOf = (endpoint: string) =>
  new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
const running: Running[] = [];
let endpoint: string;
let dynamodb: DynamoDBClient;
let tables = 0;

beforeAll(() => {
  endpoint = inject('dynamodbEndpoint');
  dynamodb = clientOf(endpoint);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((mapping) => mapping.stop()));
});
afterAll(() => dynamodb.destroy());

async function createTable(tableName: string, client = dynamodb): Promise<string> {
  const { TableDescription } = await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  return TableDescription?.LatestStreamArn ?? '';
}

async function aTable() {
  tables += 1;
  const tableName = `streammapping-${tables}`;
  const streamArn = await createTable(tableName);
  const put = async (...ids: string[]) => {
    for (const id of ids) await dynamodb.send(new PutItemCommand({ TableName: tableName, Item: { id: { S: id } } }));
  };
  return { tableName, streamArn, put };
}

function mapped(
  table: { tableName: string; streamArn: string },
  invoke: (event: Event) => InvocationResult | Promise<InvocationResult>,
  changes: Partial<StreamMappingDefinition> = {},
  source?: StreamSource,
) {
  const target = functionOf((event) => invoke(event as Event));
  const { log, lines } = recordedLog();
  const definition: StreamMappingDefinition = {
    id: 'mapping',
    ...table,
    target,
    startingPosition: 'TRIM_HORIZON',
    batchSize: 100,
    batchingWindowMs: 0,
    parallelizationFactor: 1,
    bisectBatchOnFunctionError: false,
    maximumRetryAttempts: -1,
    maximumRecordAgeMs: -1,
    reportBatchItemFailures: false,
    filters: [],
    dynamodbEndpoint: endpoint,
    ...changes,
  };
  const mapping = startStreamMapping(definition, log, source);
  running.push(mapping);
  return { mapping, lines, target, seen: () => target.events.flatMap(ids) };
}

/** A way to DynamoDB that can be cut and laid again at the same address. */
async function forwarding(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const own = await listen(0);
  return {
    url: `http://127.0.0.1:${own}`,
    open: () => listen(own),
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const ids = (event: unknown) => (event as Event).Records.map(({ dynamodb: { Keys } }) => Keys.id.S);
const failureRecords = async (queue: LocalQueue) =>
  (await queue.receive({ max: 10, waitMs: 0 })).map(({ body }) => JSON.parse(body));

describe('records', () => {
  test('arrive in order, in the form that Lambda gives them', async () => {
    const table = await aTable();
    const Item = { id: { S: 'a' }, raw: { B: new Uint8Array([0, 255]) }, deep: { L: [{ M: { n: { N: '1' } } }] } };
    await dynamodb.send(new PutItemCommand({ TableName: table.tableName, Item }));
    await dynamodb.send(new DeleteItemCommand({ TableName: table.tableName, Key: { id: { S: 'a' } } }));
    const { target } = mapped(table, () => answer());
    await vi.waitUntil(() => target.events.length > 0);
    const image = { id: { S: 'a' }, raw: { B: 'AP8=' }, deep: { L: [{ M: { n: { N: '1' } } }] } };
    const common = {
      eventID: expect.any(String),
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      eventSourceARN: table.streamArn.replace('ddblocal', 'eu-west-1'),
    };
    const dynamodbPart = {
      ApproximateCreationDateTime: expect.any(Number),
      Keys: { id: { S: 'a' } },
      SequenceNumber: expect.any(String),
      SizeBytes: expect.any(Number),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    };
    expect(target.events).toEqual([
      {
        Records: [
          { ...common, eventName: 'INSERT', dynamodb: { ...dynamodbPart, NewImage: image } },
          { ...common, eventName: 'REMOVE', dynamodb: { ...dynamodbPart, OldImage: image } },
        ],
      },
    ]);
    expect(JSON.parse(JSON.stringify(target.events))).toEqual(target.events);
  });

  test('written before a mapping that starts at LATEST is live are not seen, those after are', async () => {
    const table = await aTable();
    await table.put('before');
    const { mapping, seen } = mapped(table, () => answer(), { startingPosition: 'LATEST' });
    await vi.waitUntil(() => mapping.live());
    await table.put('after');
    await vi.waitUntil(() => seen().length > 0);
    expect(seen()).toEqual(['after']);
  });

  test('come in batches of the batch size, one at a time', async () => {
    const table = await aTable();
    await table.put('1', '2', '3', '4', '5');
    let inFlight = 0;
    let most = 0;
    const one = async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise(setImmediate);
      inFlight -= 1;
      return answer();
    };
    const { target, seen } = mapped(table, one, { batchSize: 2 });
    await vi.waitUntil(() => seen().length === 5);
    expect(target.events.map(ids)).toEqual([['1', '2'], ['3', '4'], ['5']]);
    expect(most).toBe(1);
  });

  test('are collected within the batching window', async () => {
    const table = await aTable();
    const { target } = mapped(table, () => answer(), { batchSize: 3, batchingWindowMs: 60_000 });
    await table.put('1', '2');
    await table.put('3');
    await vi.waitUntil(() => target.events.length > 0);
    expect(target.events.map(ids)).toEqual([['1', '2', '3']]);
  });

  test('that no filter lets through are passed over', async () => {
    const table = await aTable();
    const filters = [{ eventName: ['INSERT'], dynamodb: { Keys: { id: { S: [{ prefix: 'yes' }] } } } }];
    const { seen } = mapped(table, () => answer(), { filters });
    await table.put('no-1', 'yes-1', 'no-2', 'yes-2');
    await vi.waitUntil(() => seen().length === 2);
    expect(seen()).toEqual(['yes-1', 'yes-2']);
  });

  test('of one item stay in one lane, in order, and other items pass a blocked lane', async () => {
    const table = await aTable();
    const write = async (id: string, n: number) => {
      const Item = { id: { S: id }, n: { N: `${n}` } };
      await dynamodb.send(new PutItemCommand({ TableName: table.tableName, Item }));
    };
    for (let n = 0; n < 4; n += 1) for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await write(id, n);
    let blocked = true;
    const handled: Record<string, string[]> = {};
    const { target } = mapped(
      table,
      ({ Records }) => {
        if (blocked && Records.some(({ dynamodb: { Keys } }) => Keys.id.S === 'a')) return failure;
        for (const { dynamodb } of Records) {
          const id = dynamodb.Keys.id.S;
          handled[id] = [...(handled[id] ?? []), dynamodb.NewImage?.n?.N ?? ''];
        }
        return answer();
      },
      { parallelizationFactor: 4, batchSize: 1 },
    );
    await vi.waitUntil(() => Object.values(handled).some(({ length }) => length === 4));
    expect(handled.a).toBeUndefined();
    blocked = false;
    await vi.waitUntil(() => Object.values(handled).flat().length === 24);
    for (const order of Object.values(handled)) expect(order).toEqual(['0', '1', '2', '3']);
    expect(target.events.length).toBeGreaterThan(24);
  });
});

describe('failures', () => {
  test('block the shard until the function succeeds', async () => {
    const table = await aTable();
    let broken = true;
    const { target, lines } = mapped(table, () => (broken ? failure : answer()), { batchSize: 1 });
    await table.put('1', '2');
    await vi.waitUntil(() => target.events.length >= 3);
    expect(target.events.slice(0, 3).map(ids)).toEqual([['1'], ['1'], ['1']]);
    expect(lines[0]).toContain('a batch of 1 failed (Error: boom) and is tried again');
    broken = false;
    await vi.waitUntil(() => ids(target.events.at(-1)).includes('2'));
  });

  test('end in a failure record after the last retry, and the shard goes on', async () => {
    const table = await aTable();
    const onFailure = createQueue(aQueue({ name: 'failures' }));
    const { target, seen } = mapped(table, (event) => (ids(event).includes('bad') ? failure : answer()), {
      batchSize: 1,
      maximumRetryAttempts: 1,
      onFailure,
    });
    await table.put('bad', 'good');
    await vi.waitUntil(() => seen().includes('good'));
    expect(target.events.map(ids)).toEqual([['bad'], ['bad'], ['good']]);
    const [first] = target.events as Event[];
    const number = first?.Records[0]?.dynamodb.SequenceNumber;
    const second = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(await failureRecords(onFailure)).toEqual([
      {
        requestContext: {
          requestId: expect.any(String),
          functionArn: target.arn,
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 2,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/),
        DDBStreamBatchInfo: {
          shardId: expect.stringMatching(/^shardId-/),
          startSequenceNumber: number,
          endSequenceNumber: number,
          approximateArrivalOfFirstRecord: second,
          approximateArrivalOfLastRecord: second,
          batchSize: 1,
          streamArn: table.streamArn.replace('ddblocal', 'eu-west-1'),
        },
      },
    ]);
  });

  test('that are reported restart the batch at the lowest number', async () => {
    const table = await aTable();
    const reports = [['3', '2'], ['3']];
    const { target, seen } = mapped(
      table,
      ({ Records }) => {
        const report = reports.shift() ?? [];
        const reported = Records.filter(({ dynamodb: { Keys } }) => report.includes(Keys.id.S)).reverse();
        return failing(...reported.map(({ dynamodb: { SequenceNumber } }) => SequenceNumber));
      },
      { reportBatchItemFailures: true, batchSize: 4, batchingWindowMs: 60_000 },
    );
    await table.put('1', '2', '3', '4');
    await vi.waitUntil(() => seen().length >= 9);
    expect(target.events.map(ids)).toEqual([
      ['1', '2', '3', '4'],
      ['2', '3', '4'],
      ['3', '4'],
    ]);
  });

  test('that are reported until the end leave functionError empty', async () => {
    const table = await aTable();
    const onFailure = createQueue(aQueue({ name: 'failures' }));
    mapped(table, ({ Records }) => failing(Records[0]?.dynamodb.SequenceNumber ?? ''), {
      reportBatchItemFailures: true,
      maximumRetryAttempts: 0,
      onFailure,
    });
    await table.put('1');
    await vi.waitUntil(() => onFailure.counts().visible === 1);
    const [record] = await failureRecords(onFailure);
    expect(record.responseContext).toEqual({ statusCode: 200, executedVersion: '$LATEST', functionError: null });
    expect(record.requestContext.approximateInvokeCount).toBe(1);
  });

  test('are bisected down to the poisoned record', async () => {
    const table = await aTable();
    const onFailure = createQueue(aQueue({ name: 'failures' }));
    const done: string[] = [];
    const { target } = mapped(
      table,
      (event) => {
        if (ids(event).includes('3')) return failure;
        done.push(...ids(event));
        return answer();
      },
      { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0, batchSize: 4, batchingWindowMs: 60_000, onFailure },
    );
    await table.put('1', '2', '3', '4');
    await vi.waitUntil(() => done.includes('4'));
    expect(done).toEqual(['1', '2', '4']);
    expect(target.events.map(ids)).toEqual([['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['3'], ['4']]);
    expect(await failureRecords(onFailure)).toMatchObject([{ DDBStreamBatchInfo: { batchSize: 1 } }]);
  });

  test('by age end in a failure record that says so', async () => {
    const table = await aTable();
    const onFailure = createQueue(aQueue({ name: 'failures' }));
    const { seen } = mapped(table, (event) => (ids(event).includes('old') ? failure : answer()), {
      batchSize: 1,
      maximumRecordAgeMs: 300,
      onFailure,
    });
    await table.put('old');
    await vi.waitUntil(() => onFailure.counts().visible === 1);
    await table.put('new');
    await vi.waitUntil(() => seen().includes('new'));
    const [record] = await failureRecords(onFailure);
    expect(record.requestContext.condition).toBe('RecordAgeExceeded');
  });

  test('by throttling cost no retry', async () => {
    const table = await aTable();
    const onFailure = createQueue(aQueue({ name: 'failures' }));
    const results = [throttled, throttled, answer()];
    const { target } = mapped(table, () => results.shift() ?? failure, { maximumRetryAttempts: 0, onFailure });
    await table.put('1');
    await vi.waitUntil(() => target.events.length === 3);
    expect(onFailure.counts().visible).toBe(0);
  });

  test('without a destination are named in the log', async () => {
    const table = await aTable();
    const { lines } = mapped(table, () => failure, { maximumRetryAttempts: 0 });
    await table.put('1');
    await vi.waitUntil(() => lines.length > 0);
    expect(lines[0]).toMatch(/^error projector: .*1 records from \d+ on were given up .* no on-failure destination/);
  });
});

test('a tumbling window hands its state on and ends with an invocation of its own', async () => {
  const table = await aTable();
  type WindowEvent = Event & { state: { sum?: number }; isFinalInvokeForWindow: boolean; window: object };
  const finals: WindowEvent[] = [];
  const { target } = mapped(
    table,
    (event) => {
      const { Records, state, isFinalInvokeForWindow } = event as WindowEvent;
      if (isFinalInvokeForWindow) finals.push(event as WindowEvent);
      return answer({ state: { sum: (state.sum ?? 0) + Records.length } });
    },
    { tumblingWindowMs: 300, batchSize: 1 },
  );
  await table.put('1', '2', '3');
  await vi.waitUntil(() => finals.reduce((sum, { state }) => sum + (state.sum ?? 0), 0) === 3);
  for (const final of finals) {
    expect(final.Records).toEqual([]);
    expect(final.window).toEqual({ start: expect.any(String), end: expect.any(String) });
  }
  expect(target.events[0]).toMatchObject({ state: {}, isFinalInvokeForWindow: false, isWindowTerminatedEarly: false });
});

describe('the stream', () => {
  test('is followed to the next one when it is disabled and enabled again', async () => {
    const table = await aTable();
    const { seen, mapping, lines } = mapped(table, () => answer());
    await table.put('old');
    await vi.waitUntil(() => seen().length === 1);
    const stream = (StreamSpecification: { StreamEnabled: boolean; StreamViewType?: 'NEW_IMAGE' }) =>
      dynamodb.send(new UpdateTableCommand({ TableName: table.tableName, StreamSpecification }));
    await stream({ StreamEnabled: false });
    await vi.waitUntil(() => !mapping.live() && lines.length > 0);
    await stream({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
    await table.put('new');
    await vi.waitUntil(() => seen().length === 2);
    await vi.waitUntil(() => mapping.live());
    expect(seen()).toEqual(['old', 'new']);
  });

  test('may be named with the region of the local cloud, whatever the starting position', async () => {
    const table = await aTable();
    await table.put('before');
    const streamArn = table.streamArn.replace('ddblocal', 'eu-west-1');
    const { mapping, seen } = mapped({ ...table, streamArn }, () => answer(), { startingPosition: 'LATEST' });
    await vi.waitUntil(() => mapping.live());
    await table.put('after');
    await vi.waitUntil(() => seen().length > 0);
    expect(seen()).toEqual(['after']);
  });

  test('is read on where it was when iterators become invalid', async () => {
    const table = await aTable();
    const source = dynamodbStreams(endpoint);
    let invalid = 0;
    const read = (iterator: string) => {
      if (invalid === 0) return source.read(iterator);
      invalid -= 1;
      return source.read('no such iterator');
    };
    const { target, lines } = mapped(table, () => answer(), {}, { ...source, read });
    await table.put('1', '2');
    await vi.waitUntil(() => target.events.flatMap(ids).length === 2);
    invalid = 1;
    await vi.waitUntil(() => invalid === 0);
    await table.put('3');
    await vi.waitUntil(() => target.events.flatMap(ids).length >= 3);
    expect(target.events.flatMap(ids)).toEqual(['1', '2', '3']);
    expect(lines).toEqual([]);
  });

  test('is read on where it was, nothing missing and nothing twice, after DynamoDB was out of reach', async () => {
    const table = await aTable();
    const proxy = await forwarding(endpoint);
    const { mapping, seen, lines } = mapped(table, () => answer(), { dynamodbEndpoint: proxy.url });
    await table.put('1');
    await vi.waitUntil(() => seen().length === 1);
    await proxy.close();
    await vi.waitUntil(() => !mapping.live());
    await table.put('2', '3');
    await new Promise(setImmediate);
    await proxy.open();
    await vi.waitUntil(() => seen().length === 3 && mapping.live());
    expect(seen()).toEqual(['1', '2', '3']);
    expect(lines.map((line) => line.split(' (')[0])).toEqual([
      `warn projector: The stream of ${table.tableName} cannot be read`,
      `info projector: The stream of ${table.tableName} can be read again.`,
    ]);
    await mapping.stop();
    await proxy.close();
  });

  test('of a table that is made anew is read from its beginning', async () => {
    const table = await aTable();
    const { mapping, seen } = mapped(table, () => answer(), { startingPosition: 'LATEST' });
    await vi.waitUntil(() => mapping.live());
    await dynamodb.send(new DeleteTableCommand({ TableName: table.tableName }));
    await vi.waitUntil(() => !mapping.live());
    await createTable(table.tableName);
    await table.put('anew');
    await vi.waitUntil(() => seen().length > 0 && mapping.live());
    expect(seen()).toEqual(['anew']);
  });

  test('of a deleted table does not keep a mapping from stopping', async () => {
    const table = await aTable();
    const { mapping } = mapped(table, () => answer());
    await vi.waitUntil(() => mapping.live());
    await dynamodb.send(new DeleteTableCommand({ TableName: table.tableName }));
    await vi.waitUntil(() => !mapping.live());
    await mapping.stop();
  });
});
