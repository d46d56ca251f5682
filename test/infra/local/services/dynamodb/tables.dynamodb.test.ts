/** Tables are made as the template wants them, and what they hold is kept. */
import { DescribeTableCommand, DescribeTimeToLiveCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { partsOf } from '../../../../../infra/local/engine/boot/resource-kind.ts';
import { databaseClient } from '../../../../../infra/local/services/dynamodb/database.ts';
import type { TablePart } from '../../../../../infra/local/services/dynamodb/table.resource.ts';
import { ensureTable } from '../../../../../infra/local/services/dynamodb/tables.ts';
import { planned, stackOf, table } from '../../engine/boot/planned.ts';

const client = databaseClient(inject('dynamodbEndpoint'));
afterAll(() => client.destroy());

/** A table of the template, with other properties than the usual ones. */
function part(TableName: string, properties: Record<string, unknown> = {}) {
  const Properties = { ...table.Properties, TableName: `tables-test-${TableName}`, ...properties };
  const [found] = partsOf<TablePart>(planned([stackOf({ Resources: { T: { ...table, Properties } } })]), 'table');
  if (found === undefined) throw new Error('the template has no table');
  return found;
}
const described = async (TableName: string) => (await client.send(new DescribeTableCommand({ TableName }))).Table;

const attributes = (...names: string[]) => names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
const index = (IndexName: string, key: string) => ({
  IndexName,
  KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
  Projection: { ProjectionType: 'KEYS_ONLY' },
});

describe('A table of the template', () => {
  it('is made with keys, indexes, stream and TTL', async () => {
    const wanted = part('all', {
      KeySchema: [...table.Properties.KeySchema, { AttributeName: 'at', KeyType: 'RANGE' }],
      AttributeDefinitions: attributes('id', 'at', 'owner'),
      GlobalSecondaryIndexes: [{ ...index('by-owner', 'owner'), ProvisionedThroughput: { ReadCapacityUnits: 1 } }],
      LocalSecondaryIndexes: [
        {
          ...index('local', 'id'),
          KeySchema: [...table.Properties.KeySchema, { AttributeName: 'owner', KeyType: 'RANGE' }],
        },
      ],
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    });
    const streamArn = await ensureTable(client, wanted);
    const made = await described(wanted.name);
    expect(made?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['by-owner']);
    expect(made?.LocalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['local']);
    expect(made?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
    expect(made?.LatestStreamArn).toBe(streamArn);
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: wanted.name }));
    expect(ttl.TimeToLiveDescription?.AttributeName).toBe('expires');
  });

  it('is kept with what it holds when it is there, however often it is asked for', async () => {
    const wanted = part('kept', { TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } });
    const first = await ensureTable(client, wanted);
    await client.send(new PutItemCommand({ TableName: wanted.name, Item: { id: { S: '1' } } }));
    expect(await ensureTable(client, wanted)).toBe(first);
    expect((await client.send(new ScanCommand({ TableName: wanted.name }))).Count).toBe(1);
  });

  it('gets its stream switched on when it is there without one', async () => {
    await ensureTable(client, part('late', { StreamSpecification: { Ref: 'AWS::NoValue' } }));
    expect((await described('tables-test-late'))?.StreamSpecification).toBeUndefined();
    const streamArn = await ensureTable(client, part('late'));
    expect(streamArn).toMatch(/\/stream\//);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'other keys',
      {
        KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }],
        AttributeDefinitions: attributes('other'),
      },
      /^The table tables-test-other-keys is there with other keys: it has id HASH S, the template wants other HASH S/,
    ],
    [
      'another key type',
      { AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }] },
      /it has id HASH S, the template wants id HASH N/,
    ],
    [
      'an index more',
      { AttributeDefinitions: attributes('id', 'a'), GlobalSecondaryIndexes: [index('by-a', 'a')] },
      /in its index by-a: it has nothing, the template wants a HASH S/,
    ],
    [
      'another stream',
      { StreamSpecification: { StreamViewType: 'OLD_IMAGE' } },
      /carries NEW_IMAGE, the template wants OLD_IMAGE/,
    ],
  ])('is left alone, and named, when the template wants %s', async (what, properties, message) => {
    const name = what.replaceAll(' ', '-');
    await ensureTable(client, part(name));
    await expect(ensureTable(client, part(name, properties))).rejects.toThrow(message);
    expect((await described(`tables-test-${name}`))?.KeySchema).toEqual(table.Properties.KeySchema);
  });

  it('is named when DynamoDB refuses it', async () => {
    const wrong = part('wrong', { AttributeDefinitions: attributes('id', 'unused') });
    await expect(ensureTable(client, wrong)).rejects.toThrow(/^The table tables-test-wrong cannot be made: /);
  });
});
