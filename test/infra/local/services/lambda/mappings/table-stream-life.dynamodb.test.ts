/** A mapping stays with its table when the stream ends, or DynamoDB is out of reach. */
import { DeleteTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test, vi } from 'vitest';
import { dynamodbStreams } from '../../../../../../infra/local/services/lambda/mappings/dynamodb-stream.ts';
import { forwarding } from './forwarding.ts';
import { aTable, createTable, dynamodb, endpoint, ids, mapped } from './mapped-table.ts';
import { answer } from './plain-functions.ts';

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
