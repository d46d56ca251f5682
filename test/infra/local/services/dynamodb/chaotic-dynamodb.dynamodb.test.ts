/** A client of DynamoDB meets, through the proxy, what the service would do to it on a bad day. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { startChaoticDynamoDb } from '../../../../../infra/local/services/dynamodb/chaotic-dynamodb.ts';
import { stubAwsEnvironment } from '../../../../support/aws-environment.ts';
import { keyedTable } from '../../../../support/keyed-table.ts';
import { scriptedFaults } from '../../../../support/scripted-faults.ts';

const TableName = 'chaotic-items';
/** How it strikes, changed by the tests. */
let way = 0;
const faults = { ...scriptedFaults(), chance: () => way };
let proxy: Awaited<ReturnType<typeof startChaoticDynamoDb>>;
let client: DynamoDBDocumentClient;

stubAwsEnvironment();

beforeAll(async () => {
  const endpoint = inject('dynamodbEndpoint');
  await new DynamoDBClient({ endpoint }).send(keyedTable(TableName, 'stream', 'version'));
  proxy = await startChaoticDynamoDb(endpoint, faults);
  client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: proxy.url, maxAttempts: 1 }));
});
beforeEach(() => faults.active.clear());
afterAll(async () => {
  client.destroy();
  await proxy.stop();
});

const put = (stream: string) => client.send(new PutCommand({ TableName, Item: { stream, version: 1 } }));
const transaction = (stream: string) =>
  client.send(
    new TransactWriteCommand({
      TransactItems: [1, 2].map((version) => ({ Put: { TableName, Item: { stream, version } } })),
    }),
  );
const isThere = async (stream: string) => {
  faults.active.clear();
  return (await client.send(new GetCommand({ TableName, Key: { stream, version: 1 } }))).Item !== undefined;
};

describe('DynamoDB on a bad day', () => {
  it('refuses a write, and not a read, because of a transaction under way', async () => {
    faults.active.add('conflict');
    await expect(put('a')).rejects.toMatchObject({ name: 'TransactionConflictException' });
    await expect(transaction('a')).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    });
    await client.send(new GetCommand({ TableName, Key: { stream: 'a', version: 1 } }));
    expect(await isThere('a')).toBe(false);
  });

  it.each([
    [0, 'ProvisionedThroughputExceededException', 'TransactionCanceledException'],
    [0.9, 'ThrottlingException', 'ThrottlingException'],
  ])('refuses anything because of the load, in several ways: %s', async (chance, name, ofTransactions) => {
    way = chance;
    faults.active.add('throttle');
    await expect(put('b')).rejects.toMatchObject({ name });
    await expect(transaction('b')).rejects.toMatchObject({ name: ofTransactions });
    expect(await isThere('b')).toBe(false);
  });

  it.each([
    ['never gets a request', 0.2, false],
    ['does what it is asked, and the answer is lost', 0.7, true],
  ])('%s', async (stream, chance, isDone) => {
    way = chance;
    faults.active.add('drop');
    await expect(put(stream)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await isThere(stream)).toBe(isDone);
  });

  it('leaves its caller without an answer', async () => {
    way = 0.51;
    faults.active.add('drop');
    const abortSignal = AbortSignal.timeout(1_000);
    const sent = client.send(new PutCommand({ TableName, Item: { stream: 'c', version: 1 } }), { abortSignal });
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    expect(await isThere('c')).toBe(true);
  });
});
