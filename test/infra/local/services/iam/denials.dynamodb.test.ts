/** Functions with the SDK ask every service for what their roles may do and for what they may not. */
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../../../../infra/local/start.ts';
import { recordedLog } from '../eventbridge/bus-fixtures.ts';

const { log, lines } = recordedLog();
let cloud: LocalCloud;
beforeAll(async () => {
  const assembly = join(import.meta.dirname, '..', '..', 'fixtures', 'caller');
  cloud = await startLocalCloud({ assembly, port: 0, dynamodbEndpoint: inject('dynamodbEndpoint'), log });
});
beforeEach(() => {
  lines.length = 0;
});
afterAll(() => cloud.stop());

type Call = readonly [service: string, command: string, input: object];

/** Queues have their address only once the local cloud runs. */
async function call(role: string, [service, command, asked]: Call): Promise<unknown> {
  const input = JSON.parse(JSON.stringify(asked).replaceAll('http://sqs', cloud.sqsUrl));
  const target = [...cloud.directory.functions.values()].find(({ name }) => name === `caller-${role}`);
  const result = await target?.invoke({ service, command, input });
  return result?.ok ? result.payload : result;
}

const here = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:000000000000:${resource}`;
const TableName = 'Caller-Items';
const TABLE = here('dynamodb', `table/${TableName}`);
const QueueUrl = 'http://sqs/000000000000/caller-inbox';
const INBOX = here('sqs', 'caller-inbox');
const NEWS = here('sns', 'caller-news');
const NOBODY = here('lambda', 'function:caller-nobody');
const Key = { owner: { S: 'ada' }, id: { S: '1' } };
const bobs = { owner: { S: 'bob' }, id: { S: '1' } };
const schedule = (Name: string) => ({
  Name,
  ScheduleExpression: 'rate(1 hour)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: INBOX, RoleArn: 'arn:aws:iam::000000000000:role/schedules' },
});

/** Each with its action, its resource, the status of its denial and that of its success. */
const calls: readonly (readonly [call: Call, action: string, resource: string, denied: number, done: number])[] = [
  [['dynamodb', 'GetItem', { TableName, Key }], 'dynamodb:GetItem', TABLE, 400, 200],
  [['dynamodb', 'GetItem', { TableName: TABLE, Key }], 'dynamodb:GetItem', TABLE, 400, 200],
  [['dynamodb', 'DescribeTable', { TableName }], 'dynamodb:DescribeTable', TABLE, 400, 200],
  [['dynamodb', 'ListTables', {}], 'dynamodb:ListTables', '*', 400, 200],
  [
    ['dynamodb', 'BatchWriteItem', { RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] } }],
    'dynamodb:BatchWriteItem',
    TABLE,
    400,
    200,
  ],
  [
    [
      'dynamodb',
      'Query',
      {
        TableName,
        IndexName: 'byPlace',
        KeyConditionExpression: 'place = :p',
        ExpressionAttributeValues: { ':p': { S: 'x' } },
      },
    ],
    'dynamodb:Query',
    `${TABLE}/index/byPlace`,
    400,
    200,
  ],
  [
    ['dynamodb', 'TransactWriteItems', { TransactItems: [{ Put: { TableName, Item: Key } }] }],
    'dynamodb:PutItem',
    TABLE,
    400,
    200,
  ],
  [
    [
      'dynamodb',
      'TransactWriteItems',
      {
        TransactItems: [{ ConditionCheck: { TableName, Key: bobs, ConditionExpression: 'attribute_not_exists(id)' } }],
      },
    ],
    'dynamodb:ConditionCheckItem',
    TABLE,
    400,
    200,
  ],
  [['sqs', 'SendMessage', { QueueUrl, MessageBody: 'a' }], 'sqs:sendmessage', INBOX, 403, 200],
  [
    ['sqs', 'SendMessageBatch', { QueueUrl, Entries: [{ Id: 'a', MessageBody: 'a' }] }],
    'sqs:sendmessage',
    INBOX,
    403,
    200,
  ],
  [['sqs', 'GetQueueUrl', { QueueName: 'caller-inbox' }], 'sqs:getqueueurl', INBOX, 403, 200],
  [['sns', 'Publish', { TopicArn: NEWS, Message: 'a' }], 'SNS:Publish', NEWS, 403, 200],
  [['sns', 'Publish', { TargetArn: NEWS, Message: 'a' }], 'SNS:Publish', NEWS, 403, 200],
  [
    ['sns', 'PublishBatch', { TopicArn: NEWS, PublishBatchRequestEntries: [{ Id: 'a', Message: 'a' }] }],
    'SNS:Publish',
    NEWS,
    403,
    200,
  ],
  [['sns', 'ListTopics', {}], 'SNS:ListTopics', '*', 403, 200],
  [
    ['events', 'PutEvents', { Entries: [{ EventBusName: 'calls', Source: 'a', DetailType: 'b', Detail: '{}' }] }],
    'events:PutEvents',
    here('events', 'event-bus/calls'),
    400,
    200,
  ],
  [
    ['events', 'DescribeRule', { Name: 'all', EventBusName: 'calls' }],
    'events:DescribeRule',
    here('events', 'rule/calls/all'),
    400,
    200,
  ],
  [
    ['scheduler', 'CreateSchedule', schedule('a')],
    'scheduler:CreateSchedule',
    here('scheduler', 'schedule/default/a'),
    403,
    200,
  ],
  [
    ['scheduler', 'DeleteSchedule', { Name: 'a' }],
    'scheduler:DeleteSchedule',
    here('scheduler', 'schedule/default/a'),
    403,
    200,
  ],
  [
    ['lambda', 'Invoke', { FunctionName: 'caller-nobody', InvocationType: 'DryRun' }],
    'lambda:InvokeFunction',
    NOBODY,
    403,
    204,
  ],
  [
    ['lambda', 'Invoke', { FunctionName: NOBODY, Qualifier: 'live', InvocationType: 'DryRun' }],
    'lambda:InvokeFunction',
    `${NOBODY}:live`,
    403,
    204,
  ],
  [['lambda', 'ListEventSourceMappings', {}], 'lambda:ListEventSourceMappings', '*', 403, 200],
];

describe('A function', () => {
  it.each(calls)(
    'without the right is denied, as the service denies, what it has one for: %j',
    async (asked, action, resource, denied, done) => {
      const message =
        `User: arn:aws:sts::000000000000:assumed-role/nobody/caller-nobody is not authorized to perform: ${action} ` +
        `on resource: ${resource} because no identity-based policy allows the ${action} action`;
      const name = expect.stringMatching(/^(AccessDenied|AuthorizationError)(Exception)?$/);
      expect(await call('nobody', asked)).toEqual({ status: denied, name, message });
      expect(lines.filter((line) => line.includes('IAM denies'))).toHaveLength(1);
      expect(lines.join('\n')).toMatch(
        new RegExp(`IAM denies ${action} on .*: no policy allows it\\..* role Caller/NobodyRole`, 'i'),
      );
      lines.length = 0;
      expect(await call('entitled', asked)).toEqual({ status: done });
      expect(lines).toEqual([]);
    },
  );

  it.each<Call>([
    ['lambda', 'Invoke', { FunctionName: 'nothing' }],
    ['lambda', 'GetEventSourceMapping', { UUID: '00000000-0000-4000-a000-000000000000' }],
    ['sqs', 'SendMessage', { QueueUrl: 'http://sqs/000000000000/nothing', MessageBody: 'a' }],
    ['dynamodb', 'GetItem', { TableName: 'nothing', Key }],
    ['scheduler', 'GetSchedule', { Name: 'nothing' }],
    ['sns', 'Publish', { TopicArn: here('sns', 'not<hing'), Message: 'a' }],
  ])('is denied what is not there before it is told so: %s %s', async (...asked) => {
    expect(await call('entitled', asked)).toMatchObject({
      name: expect.stringMatching(/^(AccessDenied|AuthorizationError)/),
    });
  });

  it('is told that an action is not known here, rather than to ask for a right to it', async () => {
    const asked: Call = ['sns', 'Subscribe', { TopicArn: NEWS, Protocol: 'email', Endpoint: 'ada@example.org' }];
    expect(await call('nobody', asked)).toMatchObject({
      message: expect.stringContaining('does not know the action Subscribe'),
    });
    expect(lines).toEqual([expect.stringContaining('The local SNS does not know the action Subscribe')]);
  });

  it('needs the right to hand its role to a schedule', async () => {
    const other = { ...schedule('b'), Target: { Arn: INBOX, RoleArn: 'arn:aws:iam::000000000000:role/nobody' } };
    expect(await call('entitled', ['scheduler', 'CreateSchedule', other])).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('iam:PassRole on resource: arn:aws:iam::000000000000:role/nobody'),
    });
  });

  it('may make a schedule whose role cannot deliver, which is told when it runs', async () => {
    const mute = { ...schedule('c'), Target: { Arn: INBOX, RoleArn: 'arn:aws:iam::000000000000:role/mute' } };
    expect(await call('entitled', ['scheduler', 'CreateSchedule', mute])).toEqual({ status: 200 });
    const denial = `IAM denies sqs:SendMessage on ${INBOX}: no policy lets the role arn:aws:iam::000000000000:role/mute do it.`;
    await vi.waitFor(() => expect(lines.join('\n')).toContain(denial), { timeout: 10_000 });
  });

  it('may do what the policy of a queue lets its role do, and not what it denies', async () => {
    expect(await call('invited', ['sqs', 'SendMessage', { QueueUrl, MessageBody: 'a' }])).toEqual({ status: 200 });
    expect(await call('invited', ['sqs', 'GetQueueUrl', { QueueName: 'caller-inbox' }])).toMatchObject({ status: 403 });
    expect(await call('entitled', ['sqs', 'ReceiveMessage', { QueueUrl }])).toMatchObject({
      status: 403,
      message: expect.stringMatching(/with an explicit deny in an identity-based policy$/),
    });
    expect(lines.at(-1)).toMatch(/IAM denies sqs:ReceiveMessage on .*: Caller\/InboxPolicy denies it to the role/);
  });

  const projection = { ProjectionExpression: 'note' };
  const item = { ...Key, note: { S: 'n' } };
  const keys = (...Keys: object[]) => ({ RequestItems: { [TableName]: { Keys, ...projection } } });
  const query = (value: string) => ({
    TableName,
    KeyConditionExpression: '#o = :o and id > :i',
    ExpressionAttributeNames: { '#o': 'owner' },
    ExpressionAttributeValues: { ':o': { S: value }, ':i': { S: '0' } },
    ...projection,
  });
  const update = (UpdateExpression: string) => ({
    TableName,
    Key,
    UpdateExpression,
    ExpressionAttributeValues: { ':n': { S: 'n' } },
  });
  it.each<[what: string, asked: Call, status: number]>([
    ['its own item in part', ['dynamodb', 'GetItem', { TableName, Key, ...projection }], 200],
    ['all of its own item', ['dynamodb', 'GetItem', { TableName, Key }], 400],
    ["another's item", ['dynamodb', 'GetItem', { TableName, Key: bobs, ...projection }], 400],
    ['its own items', ['dynamodb', 'BatchGetItem', keys(Key)], 200],
    ["its own and another's items", ['dynamodb', 'BatchGetItem', keys(Key, bobs)], 400],
    ['a query of its own', ['dynamodb', 'Query', query('ada')], 200],
    ["a query of another's", ['dynamodb', 'Query', query('bob')], 400],
    ['a new item', ['dynamodb', 'PutItem', { TableName, Item: item }], 200],
    ['an attribute too many', ['dynamodb', 'PutItem', { TableName, Item: { ...item, secret: { S: 's' } } }], 400],
    [
      'a test of an attribute too many',
      ['dynamodb', 'PutItem', { TableName, Item: item, ConditionExpression: 'attribute_not_exists(secret)' }],
      400,
    ],
    ['an attribute, changed', ['dynamodb', 'UpdateItem', update('SET note = if_not_exists(note, :n)')], 200],
    ['another attribute, changed', ['dynamodb', 'UpdateItem', update('SET secret = :n')], 400],
    ['all of the old item', ['dynamodb', 'UpdateItem', { ...update('SET note = :n'), ReturnValues: 'ALL_OLD' }], 400],
    [
      'new items',
      ['dynamodb', 'BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Item: item } }] } }],
      200,
    ],
    [
      "another's among new items",
      [
        'dynamodb',
        'BatchWriteItem',
        { RequestItems: { [TableName]: [{ PutRequest: { Item: item } }, { DeleteRequest: { Key: bobs } }] } },
      ],
      400,
    ],
    ['a deletion', ['dynamodb', 'DeleteItem', { TableName, Key }], 400],
    [
      'a deletion within a transaction',
      ['dynamodb', 'TransactWriteItems', { TransactItems: [{ Delete: { TableName, Key } }] }],
      200,
    ],
  ])('that may use keys, attributes and transactions only is answered as to %s', async (_, asked, status) => {
    expect(await call('owner', asked)).toMatchObject({ status });
    if (status === 400) expect(lines.at(-1)).toMatch(/A statement would, but for its condition \w+/);
  });
});

describe('A request that the SDK would not make', () => {
  const pieces = ['{"TableName":"Caller-Items","Ke', 'y":{"owner":{"S":"ada"}', ',"id":{"S":"1"}}}'];
  const headers = {
    'x-amz-target': 'DynamoDB_20120810.GetItem',
    'content-type': 'application/x-amz-json-1.0',
    authorization:
      'AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x',
  };
  const endpoint = 'AWS_ENDPOINT_URL_DYNAMODB';

  it('is checked once it is whole', async () => {
    const whole = { ...headers, 'content-length': pieces.join('').length };
    const asked: Call = ['raw', '', { endpoint, headers: whole, pieces }];
    expect(await call('nobody', asked)).toEqual({ status: 400 });
    expect(lines.join()).toContain(`IAM denies dynamodb:GetItem on ${TABLE}`);
    expect(await call('entitled', asked)).toEqual({ status: 200 });
  });

  it('fails alone when nobody can tell what it takes', async () => {
    const path = '/2015-03-31/functions/%/invocations';
    const odd = { endpoint: 'AWS_ENDPOINT_URL_LAMBDA', path, headers: { 'content-length': 0 } };
    expect(await call('entitled', ['raw', '', odd])).toEqual({ message: 'URI malformed' });
    expect(await call('entitled', ['raw', '', { endpoint, headers, pieces }])).toEqual({
      message: 'A request to AWS needs a Content-Length.',
    });
    expect(await call('entitled', ['dynamodb', 'GetItem', { TableName, Key }])).toEqual({ status: 200 });
    expect(lines).toEqual([]);
  });
});

it('Whoever is no function may do everything', async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const database = new DynamoDBClient({ endpoint: cloud.dynamodbEndpoint, region: 'eu-west-1', credentials });
  const queues = new SQSClient({ endpoint: cloud.sqsUrl, region: 'eu-west-1', credentials });
  await database.send(new PutItemCommand({ TableName, Item: bobs }));
  expect((await database.send(new GetItemCommand({ TableName, Key: bobs }))).Item).toEqual(bobs);
  const { QueueUrls } = await queues.send(new ListQueuesCommand({}));
  expect(QueueUrls).toHaveLength(1);
  database.destroy();
  queues.destroy();
});

it('A connection that has carried a denial carries what comes after it', async () => {
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      call(
        'entitled',
        index % 2 === 0 ? ['dynamodb', 'Scan', { TableName }] : ['dynamodb', 'GetItem', { TableName, Key }],
      ),
    ),
  );
  expect(results.map((result) => Object(result).status)).toEqual(Array.from({ length: 10 }, () => [400, 200]).flat());
});
