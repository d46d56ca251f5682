/** Does the row store on DynamoDB keep the contract, and what becomes of lost answers and a database that is away? */
import { randomBytes, randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { createDynamoDbRowStore, createDynamoDbRowStores } from '#shared/projection/dynamodb/index.ts';
import { projectStream } from '#shared/projection/index.ts';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import { counted, journal, record, tally, tallyEvents } from '../../support/tally.ts';
import { rowStoreContract } from './row-store.contract.ts';

stubAwsEnvironment();
const table = `row-store-${randomUUID()}`;
const client = createDocumentClient(inject('dynamodbEndpoint'));
const rows = createDynamoDbRowStore({ client, table });

beforeAll(async () => {
  await client.send(
    new CreateTableCommand({
      TableName: table,
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});
afterAll(async () => {
  await client.send(new DeleteTableCommand({ TableName: table }));
  client.destroy();
});

rowStoreContract('on DynamoDB', () => rows);

describe('a projection on DynamoDB', () => {
  it('is exactly once in effect with many consumers of all messages at once', async () => {
    const stream = tally('raced');
    const store = createInMemoryEventStore({ events: tallyEvents });
    for (let by = 1; by <= 6; by += 1) await record(store, stream, [counted(by)]);
    const announced = Array.from({ length: 36 }, (_, index) => (index % 6) + 1);
    await Promise.all(announced.map((version) => projectStream({ rows, store }, journal, stream, version)));
    expect(await rows.read('v1#tally-raced')).toEqual({ watermark: 6, row: { sum: 21, versions: [1, 2, 3, 4, 5, 6] } });
  });

  it('is exactly once in effect when the client repeats a write whose answer was lost', async () => {
    const stream = tally('repeated');
    const store = createInMemoryEventStore({ events: tallyEvents });
    await record(store, stream, [counted(2), counted(3)]);
    const impatient = createDocumentClient(inject('dynamodbEndpoint'));
    impatient.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        return 'Item' in (args.input as object) ? next(args) : answer;
      },
      { step: 'build', name: 'repeat-puts' },
    );
    const repeating = createDynamoDbRowStore({ client: impatient, table });
    expect(await projectStream({ rows: repeating, store }, journal, stream, 2)).toBe(2);
    expect(await rows.read('v1#tally-repeated')).toEqual({ watermark: 2, row: { sum: 5, versions: [1, 2] } });
    impatient.destroy();
  });
});

describe('a row store on DynamoDB', () => {
  it('says that the store is unavailable when it is not there, and when its table is not', async () => {
    const away = createDynamoDbRowStore({ client: createDocumentClient('http://127.0.0.1:1'), table });
    const without = createDynamoDbRowStore({ client, table: 'row-store-test-no-such-table' });
    for (const store of [away, without]) {
      await expect(store.read('v1#tally-1')).rejects.toMatchObject({ code: 'store-unavailable', retryable: true });
      await expect(store.write('v1#tally-1', { from: 0, watermark: 1, row: {} })).rejects.toMatchObject({
        code: 'store-unavailable',
      });
    }
  });

  it('refuses a row of more than 400 KB with an error that retrying does not cure', async () => {
    const row = randomBytes(400 * 1024).toString('base64');
    await expect(rows.write('v1#tally-large', { from: 0, watermark: 1, row })).rejects.toThrow(/size has exceeded/i);
  });

  it('reads what the last write left, also one made beside it', async () => {
    await client.send(
      new PutCommand({ TableName: table, Item: { key: 'v1#tally-by', watermark: 7, row: '{"sum":7}' } }),
    );
    expect(await rows.read('v1#tally-by')).toEqual({ watermark: 7, row: { sum: 7 } });
  });

  it('is found by the name of its projection, and missed by one line that names it', async () => {
    const rowsOf = createDynamoDbRowStores({ client, tables: { journal: table } });
    expect(await rowsOf('journal').read('v1#tally-by')).toMatchObject({ watermark: 7 });
    expect(() => rowsOf('other')).toThrow('The projection other has no query table here.');
  });
});
