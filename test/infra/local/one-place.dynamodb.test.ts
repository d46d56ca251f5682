/** The account and the region of a stack, and every ARN in it, are the same wherever a function meets them. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, expect, inject, it } from 'vitest';
import { databaseClient } from '../../../infra/local/services/dynamodb/database.ts';
import { type LocalCloud, startLocalCloud } from '../../../infra/local/start.ts';
import { inline, writtenAssembly } from './written-assembly.ts';

const ACCOUNT = '111122223333';
const REGION = 'us-east-2';
const get = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });

/** Tells the queue of its invocation; `fetch` keeps the SDK out of it. */
const TELLS = `exports.handler = async (event, { invokedFunctionArn }) => {
  const told = JSON.stringify({ event, invokedFunctionArn, account: process.env.ACCOUNT, region: process.env.REGION, aws: process.env.AWS_REGION });
  const headers = { 'x-amz-target': 'AmazonSQS.SendMessage', 'content-type': 'application/x-amz-json-1.0' };
  const body = JSON.stringify({ QueueUrl: process.env.QUEUE, MessageBody: told });
  await fetch(process.env.AWS_ENDPOINT_URL_SQS, { method: 'POST', headers, body });
};`;
const variables = { QUEUE: { Ref: 'Told' }, ACCOUNT: { Ref: 'AWS::AccountId' }, REGION: { Ref: 'AWS::Region' } };

const template = {
  Resources: {
    Told: { Type: 'AWS::SQS::Queue' },
    Work: { Type: 'AWS::SQS::Queue' },
    Rows: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: `one-place-${process.pid}`,
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      },
    },
    Tells: inline(TELLS, variables),
    OfTable: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: get('Rows', 'StreamArn'),
        FunctionName: { Ref: 'Tells' },
        StartingPosition: 'TRIM_HORIZON',
        FilterCriteria: {
          Filters: [{ Pattern: { eventSourceARN: [get('Rows', 'StreamArn')], awsRegion: [{ Ref: 'AWS::Region' }] } }],
        },
      },
    },
    OfQueue: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: get('Work', 'Arn'),
        FunctionName: { Ref: 'Tells' },
        BatchSize: 1,
        FilterCriteria: {
          Filters: [{ Pattern: { eventSourceARN: [get('Work', 'Arn')], awsRegion: [{ Ref: 'AWS::Region' }] } }],
        },
      },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'shop' } },
    OfBus: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { account: [{ Ref: 'AWS::AccountId' }], region: [{ Ref: 'AWS::Region' }] },
        Targets: [{ Id: 'tells', Arn: get('Tells', 'Arn') }],
      },
    },
  },
  Outputs: {
    Stream: { Value: get('Rows', 'StreamArn') },
    Tells: { Value: get('Tells', 'Arn') },
    Mapping: { Value: { Ref: 'OfTable' } },
  },
};

let cloud: LocalCloud | undefined;
afterAll(() => cloud?.stop());

it('whether a pattern, an event, a context, a mapping or an output names them', async () => {
  const dynamodbEndpoint = inject('dynamodbEndpoint');
  const assembly = writtenAssembly({ Shop: { environment: `aws://${ACCOUNT}/${REGION}`, template } });
  const running = await startLocalCloud({ assembly, port: 0, dynamodbEndpoint, iam: false, log: () => {} });
  cloud = running;
  const queue = (name: string) => [...running.directory.queues.values()].find((each) => each.name === name);
  const told = async () => {
    const [message] = (await queue('Shop-Told')?.receive({ max: 1, waitMs: 10_000 })) ?? [];
    return JSON.parse(message?.body ?? '{}');
  };
  const invocation = {
    invokedFunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:Shop-Tells`,
    account: ACCOUNT,
    region: REGION,
    aws: REGION,
  };

  const database = databaseClient(dynamodbEndpoint);
  const TableName = template.Resources.Rows.Properties.TableName;
  await database.send(new PutItemCommand({ TableName, Item: { id: { S: '1' } } }));
  database.destroy();
  const eventSourceARN = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${TableName}/stream/local`;
  expect(await told()).toMatchObject({ ...invocation, event: { Records: [{ eventSourceARN, awsRegion: REGION }] } });
  const [mapping] = Object.values(running.outputs.Shop ?? {}).slice(2);
  const shown = await fetch(`${running.lambdaUrl}/2015-03-31/event-source-mappings/${mapping}`);
  expect(await shown.json()).toMatchObject({
    EventSourceArn: eventSourceARN,
    FunctionArn: invocation.invokedFunctionArn,
  });
  expect(running.outputs.Shop).toMatchObject({ Stream: eventSourceARN, Tells: invocation.invokedFunctionArn });

  queue('Shop-Work')?.send({ body: 'work' });
  const work = { eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:Shop-Work`, awsRegion: REGION };
  expect(await told()).toMatchObject({ ...invocation, event: { Records: [work] } });

  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const bus = new EventBridgeClient({ endpoint: running.eventBridgeUrl, region: REGION, credentials });
  const event = { EventBusName: 'shop', Source: 'shop', DetailType: 'Sold', Detail: '{}' };
  await bus.send(new PutEventsCommand({ Entries: [event] }));
  bus.destroy();
  expect(await told()).toMatchObject({ ...invocation, event: { account: ACCOUNT, region: REGION } });
});
