/** A running app publishes with the SDK of the runtime, a rule hands its events to topics and log groups, and a success is told. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, expect, inject, it } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../../../../infra/local/start.ts';
import { inline, writtenAssembly } from '../../written-assembly.ts';

const PUBLISHES = `
  const { PublishCommand, SNSClient } = require('@aws-sdk/client-sns');
  const client = new SNSClient({});
  exports.handler = async ({ detail }) => client.send(new PublishCommand({ TopicArn: process.env.TOPIC, Message: detail.what }));`;
const get = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });
const target = (arn: unknown, more: object = {}) => ({
  EventPattern: { source: ['shop'] },
  Targets: [{ Id: 't', Arn: arn, ...more }],
});
const subscription = (topic: string, queue: string) => ({
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: { Ref: topic }, Protocol: 'sqs', Endpoint: get(queue, 'Arn'), RawMessageDelivery: true },
});
const statement = (Action: string, Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const queuePolicy = (queue: string, topic: string) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: queue }],
    PolicyDocument: {
      Statement: [
        statement('sqs:SendMessage', get(queue, 'Arn'), {
          Principal: { Service: 'sns.amazonaws.com' },
          Condition: { ArnEquals: { 'aws:SourceArn': { Ref: topic } } },
        }),
      ],
    },
  },
});
const publishes = inline(PUBLISHES, { TOPIC: { Ref: 'Sold' } });
const template = {
  Resources: {
    Sold: { Type: 'AWS::SNS::Topic' },
    SoldQueue: { Type: 'AWS::SQS::Queue' },
    ToSold: subscription('Sold', 'SoldQueue'),
    All: { Type: 'AWS::SNS::Topic' },
    AllQueue: { Type: 'AWS::SQS::Queue' },
    ToAll: subscription('All', 'AllQueue'),
    SoldAllowed: queuePolicy('SoldQueue', 'Sold'),
    AllAllowed: queuePolicy('AllQueue', 'All'),
    Publishes: { ...publishes, Properties: { ...publishes.Properties, Role: get('Role', 'Arn') } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
        },
        Policies: [
          {
            PolicyName: 'sells',
            PolicyDocument: {
              Statement: [statement('sns:Publish', { Ref: 'Sold' }), statement('sqs:SendMessage', get('Done', 'Arn'))],
            },
          },
        ],
      },
    },
    Invoked: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: { Ref: 'Publishes' },
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: get('ToFunction', 'Arn'),
      },
    },
    Done: { Type: 'AWS::SQS::Queue' },
    Ends: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Publishes' },
        Qualifier: '$LATEST',
        DestinationConfig: { OnSuccess: { Destination: get('Done', 'Arn') } },
      },
    },
    Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/events/shop' } },
    ToGroup: { Type: 'AWS::Events::Rule', Properties: target(get('Group', 'Arn')) },
    ToFunction: { Type: 'AWS::Events::Rule', Properties: target(get('Publishes', 'Arn')) },
    ToTopic: { Type: 'AWS::Events::Rule', Properties: target(get('All', 'TopicArn'), { InputPath: '$.detail' }) },
  },
};

let cloud: LocalCloud | undefined;
const lines: string[] = [];
const log = (_level: string, source: string, line: string) => void lines.push(`${source} ${line}`);
afterAll(() => cloud?.stop());

it('A message of a function and an event of a rule come to the queues of their topics, the event to a log group, too', async () => {
  const assembly = writtenAssembly({ Shop: { template } });
  const running = await startLocalCloud({
    assembly,
    port: 0,
    dynamodbEndpoint: inject('dynamodbEndpoint'),
    log,
  });
  cloud = running;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const bus = new EventBridgeClient({ endpoint: running.eventBridgeUrl, region: 'eu-west-1', credentials });
  const Entries = [{ Source: 'shop', DetailType: 'Sold', Detail: '{"what":"a hat"}' }];
  await bus.send(new PutEventsCommand({ Entries }));
  bus.destroy();
  const received = async (name: string) => {
    const queue = [...running.directory.queues.values()].find((each) => each.name === name);
    return (await queue?.receive({ max: 1, waitMs: 10_000 }))?.[0]?.body;
  };
  expect(await received('Shop-AllQueue')).toBe('{"what":"a hat"}');
  expect(await received('Shop-SoldQueue')).toBe('a hat');
  expect(JSON.parse((await received('Shop-Done')) ?? '')).toMatchObject({
    requestContext: { condition: 'Success' },
    requestPayload: { detail: { what: 'a hat' } },
    responsePayload: { MessageId: expect.any(String) },
  });
  expect(lines).toContainEqual(
    expect.stringMatching(/^\/aws\/events\/shop \{"version":"0".*"detail":\{"what":"a hat"\}\}$/),
  );
});
