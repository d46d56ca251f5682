/** What a request takes follows from its own words, also from odd ones. */
import { describe, expect, it } from 'vitest';
import { denialOf } from '../../../../../infra/local/services/iam/check-request.ts';
import type { CheckedService } from '../../../../../infra/local/services/iam/denial.ts';
import type { PolicyStatement } from '../../../../../infra/local/services/iam/evaluate-policies.ts';
import type { FunctionRequest, KnownResources } from '../../../../../infra/local/services/iam/function-request.ts';
import { readPolicy } from '../../../../../infra/local/services/iam/policy-document.ts';

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:000000000000:${resource}`;
const TABLE = arn('dynamodb', 'table/Orders');
const here: KnownResources = {
  account: '000000000000',
  region: 'eu-west-1',
  tables: { Orders: { arn: TABLE, streamArn: `${TABLE}/stream/local`, partitionKeys: { '': 'id', byPlace: 'place' } } },
  queues: { inbox: 'arn:aws:sqs:us-east-1:000000000000:inbox' },
};

/** The rights that it takes, one after the other, each given once it was missing. */
function taken(service: CheckedService, request: Partial<FunctionRequest>): string[] {
  const statements: PolicyStatement[] = [];
  const rights: string[] = [];
  for (;;) {
    const whole = { method: 'POST', path: '/', operation: '', body: {}, ...request };
    const denial = denialOf(service, whole, { caller: 'c', roleArn: 'r', role: 'r', statements, here });
    if (denial === undefined) return rights;
    const [, action = '', resource = ''] = /^IAM denies (\S+) on (.+?): no policy/.exec(denial.line) ?? [];
    rights.push(`${action} ${resource}`);
    const exactly = (pattern: string) => ({ not: false, patterns: [pattern] });
    statements.push({
      effect: 'Allow',
      actions: exactly(action),
      resources: exactly(resource),
      conditions: [],
      variables: false,
      from: '',
    });
  }
}
const dynamodb = (operation: string, body: object) => taken('dynamodb', { operation, body: { ...body } });

describe('A request takes', () => {
  it('for a transaction the rights of its actions, each once', () => {
    const TableName = 'Orders';
    const TransactItems = [
      { Put: { TableName, Item: {} } },
      { Put: { TableName, Item: {} } },
      { Update: { TableName, Key: {} } },
      { Delete: { TableName, Key: {} } },
      { ConditionCheck: { TableName: 'Others', Key: {} } },
    ];
    expect(dynamodb('TransactWriteItems', { TransactItems })).toEqual([
      `dynamodb:PutItem ${TABLE}`,
      `dynamodb:UpdateItem ${TABLE}`,
      `dynamodb:DeleteItem ${TABLE}`,
      `dynamodb:ConditionCheckItem ${arn('dynamodb', 'table/Others')}`,
    ]);
    expect(dynamodb('TransactGetItems', { TransactItems: [{ Get: { TableName, Key: {} } }] })).toEqual([
      `dynamodb:GetItem ${TABLE}`,
    ]);
  });

  it('for a batch one for each table', () => {
    const RequestItems = { Orders: { Keys: [{}, {}] }, Others: { Keys: [{}] } };
    expect(dynamodb('BatchGetItem', { RequestItems })).toEqual([
      `dynamodb:BatchGetItem ${TABLE}`,
      `dynamodb:BatchGetItem ${arn('dynamodb', 'table/Others')}`,
    ]);
  });

  it.each([
    ['Query', { TableName: 'Orders' }, TABLE],
    ['Scan', { TableName: TABLE, IndexName: 'byPlace' }, `${TABLE}/index/byPlace`],
    ['DescribeTable', { TableName: 'Orders' }, TABLE],
    ['GetItem', { TableName: 'constructor' }, arn('dynamodb', 'table/constructor')],
    ['GetItem', { TableName: '__proto__', Key: { id: null } }, arn('dynamodb', 'table/__proto__')],
    ['GetItem', { TableName: { not: 'a name' } }, '*'],
    [
      'DescribeStream',
      { StreamArn: 'arn:aws:dynamodb:ddblocal:000000000000:table/Orders/stream/2026' },
      `${TABLE}/stream/local`,
    ],
    [
      'GetRecords',
      { ShardIterator: '000|arn:aws:dynamodb:ddblocal:000000000000:table/Orders/stream/2026|x' },
      `${TABLE}/stream/local`,
    ],
    ['ListStreams', {}, '*'],
    ['ExecuteStatement', { Statement: 'select * from Orders' }, '*'],
  ])('of DynamoDB: %s %j', (operation, body, resource) => {
    expect(dynamodb(operation, body)).toEqual([`dynamodb:${operation} ${resource}`]);
  });

  it.each([
    [
      'SendMessageBatch',
      { QueueUrl: 'http://h/000000000000/inbox' },
      ['sqs:SendMessage arn:aws:sqs:us-east-1:000000000000:inbox'],
    ],
    [
      'ChangeMessageVisibilityBatch',
      { QueueUrl: 'http://h/0/constructor' },
      [`sqs:ChangeMessageVisibility ${arn('sqs', 'constructor')}`],
    ],
    ['ListQueues', {}, ['sqs:ListQueues *']],
  ])('of SQS: %s %j', (operation, body, rights) => expect(taken('sqs', { operation, body })).toEqual(rights));

  it.each([
    ['Publish', { TargetArn: arn('sns', 'news') }, [`sns:Publish ${arn('sns', 'news')}`]],
    ['PublishBatch', { TopicArn: arn('sns', 'news') }, [`sns:Publish ${arn('sns', 'news')}`]],
    ['Publish', { PhoneNumber: '+3212' }, ['sns:Publish *']],
    ['ListTopics', {}, ['sns:ListTopics *']],
  ])('of SNS: %s %j', (operation, body, rights) => expect(taken('sns', { operation, body })).toEqual(rights));

  it.each([
    ['sns', 'Subscribe', { TopicArn: arn('sns', 'news') }],
    ['sqs', 'AddPermission', { QueueUrl: 'http://h/000000000000/inbox' }],
    ['events', 'PutRule', { Name: 'r' }],
  ] as const)('none where %s does not know the action %s here', (service, operation, body) => {
    expect(taken(service, { operation, body })).toEqual([]);
  });

  it('of EventBridge one for each bus', () => {
    const names = [undefined, 'a', arn('events', 'event-bus/a'), 'default'];
    const body = { Entries: names.map((EventBusName) => ({ EventBusName })) };
    expect(taken('events', { operation: 'PutEvents', body })).toEqual([
      `events:PutEvents ${arn('events', 'event-bus/default')}`,
      `events:PutEvents ${arn('events', 'event-bus/a')}`,
    ]);
    expect(taken('events', { operation: 'DescribeRule', body: { Name: 'r' } })).toEqual([
      `events:DescribeRule ${arn('events', 'rule/r')}`,
    ]);
  });

  it('of EventBridge one for each source and detail type, all of which must fit', () => {
    const { statements } = readPolicy(
      {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'events:PutEvents',
          Resource: '*',
          Condition: {
            StringEquals: { 'events:source': ['shop', 'store'] },
            StringLike: { 'events:detail-type': 'Order*' },
          },
        },
      },
      '',
    );
    const denied = (...Entries: object[]) => {
      const request = { method: 'POST', path: '/', operation: 'PutEvents', body: { Entries } };
      return denialOf('events', request, { caller: 'c', roleArn: 'r', role: 'r', statements, here })?.line;
    };
    const [fits, other] = [
      { Source: 'shop', DetailType: 'OrderPlaced' },
      { Source: 'other', DetailType: 'OrderPlaced' },
    ];
    expect(denied(fits, { Source: 'store', DetailType: 'OrderPaid' })).toBeUndefined();
    expect(denied(fits, other)).toContain('but for its condition StringEquals events:source shop or store.');
    expect(denied({ ...fits, DetailType: 'Paid' })).toContain('events:detail-type Order*');
    expect(denied({ DetailType: 'OrderPlaced' })).toContain('IAM denies events:PutEvents');
  });

  it.each([
    [
      'POST',
      '/schedules/a%20b',
      { GroupName: 'g', Target: { RoleArn: 'role' } },
      [`scheduler:CreateSchedule ${arn('scheduler', 'schedule/g/a b')}`, 'iam:PassRole role'],
    ],
    ['PUT', '/schedules/a', {}, [`scheduler:UpdateSchedule ${arn('scheduler', 'schedule/default/a')}`]],
    ['GET', '/schedules/a?groupName=g', {}, [`scheduler:GetSchedule ${arn('scheduler', 'schedule/g/a')}`]],
    ['GET', '/schedules?MaxResults=1', {}, ['scheduler:ListSchedules *']],
    ['DELETE', '/schedule-groups/g', {}, [`scheduler:DeleteScheduleGroup ${arn('scheduler', 'schedule-group/g')}`]],
    ['GET', '/tags/x', {}, []],
  ])('of the Scheduler: %s %s', (method, path, body, rights) => {
    expect(taken('scheduler', { method, path, body })).toEqual(rights);
  });

  it.each([
    ['f', 'function:f'],
    ['f:live', 'function:f:live'],
    ['f?Qualifier=live', 'function:f:live'],
    ['000000000000%3Afunction%3Af%3A1', 'function:f:1'],
    [encodeURIComponent(arn('lambda', 'function:f')), 'function:f'],
    [encodeURIComponent(arn('lambda', 'function:f:live')), 'function:f:live'],
  ])('of Lambda: %s', (given, resource) => {
    const [name, query = ''] = given.split('?');
    const path = `/2015-03-31/functions/${name}/invocations?${query}`;
    expect(taken('lambda', { path })).toEqual([`lambda:InvokeFunction ${arn('lambda', resource)}`]);
  });
});
