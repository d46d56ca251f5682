/** A table's changes reach the function as with Lambda's event source mapping, from the real DynamoDB Local. */
import { type AttributeValue, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test, vi } from 'vitest';
import { aTable, dynamodb, type Event, ids, mapped, sourceArn } from './mapped-table.ts';
import { answer, failure } from './plain-functions.ts';

describe('records', () => {
  test('arrive in order, in the form that Lambda gives them', async () => {
    const table = await aTable();
    const empty: Record<string, AttributeValue> = {
      none: { M: {} },
      list: { L: [] },
      text: { S: '' },
      within: { L: [{ M: {} }, { M: { none: { M: {} } } }] },
    };
    const deep = { L: [{ M: { n: { N: '1' } } }] };
    const Item = { id: { S: 'a' }, raw: { B: new Uint8Array([0, 255]) }, deep, ...empty };
    await dynamodb.send(new PutItemCommand({ TableName: table.tableName, Item }));
    await dynamodb.send(new DeleteItemCommand({ TableName: table.tableName, Key: { id: { S: 'a' } } }));
    const { target } = mapped(table, () => answer());
    await vi.waitUntil(() => target.events.length > 0);
    const image = { id: { S: 'a' }, raw: { B: 'AP8=' }, deep, ...empty };
    const common = {
      eventID: expect.any(String),
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-central-1',
      eventSourceARN: sourceArn(table.tableName),
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

  test.each(['LATEST', 'TRIM_HORIZON'] as const)(
    'of a table that was empty are neither missed nor said to be missing from %s on, whatever other tables hold',
    async (startingPosition) => {
      const [other, table] = [await aTable(), await aTable()];
      const { mapping, seen, lines } = mapped(table, () => answer(), { startingPosition });
      await vi.waitUntil(() => mapping.live());
      await other.put('elsewhere');
      await table.put('first', 'second');
      await vi.waitUntil(() => seen().length >= 2);
      expect(seen()).toEqual(['first', 'second']);
      expect(lines).toEqual([]);
    },
  );

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

  test('of one item stay in one batcher, in order, and other items pass a blocked one', async () => {
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
