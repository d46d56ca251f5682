/** What the real SDK publishes reaches queues and functions as SNS brings it. */
import { PublishBatchCommand, PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSnsServer } from '../../../../../infra/local/services/sns/sns-api.ts';
import { inlineFunction } from '../../engine/boot/planned.ts';
import { arnOf, fifo, runningTopics, subscribed, topicArn } from './running-topics.ts';

const queue = { Type: 'AWS::SQS::Queue' };
const fifoQueue = { ...queue, Properties: { FifoQueue: true } };
const running = runningTopics({
  Orders: {
    Type: 'AWS::SNS::Topic',
    Properties: { Subscription: [{ Protocol: 'lambda', Endpoint: arnOf('Reader') }] },
  },
  Reader: inlineFunction,
  Plain: queue,
  Raw: queue,
  Picky: queue,
  ToPlain: subscribed('Orders', 'Plain'),
  ToRaw: subscribed('Orders', 'Raw', { RawMessageDelivery: true }),
  ToPicky: subscribed('Orders', 'Picky', { FilterPolicy: { kind: ['sold'] }, RawMessageDelivery: true }),
  Lines: { Type: 'AWS::SNS::Topic', Properties: { ...fifo, ContentBasedDeduplication: true } },
  InOrder: fifoQueue,
  Unordered: queue,
  ToInOrder: subscribed('Lines', 'InOrder'),
  ToUnordered: subscribed('Lines', 'Unordered', { RawMessageDelivery: true }),
  Alarms: {
    Type: 'AWS::SNS::Topic',
    Properties: { Subscription: [{ Protocol: 'email', Endpoint: 'ops@example.com' }] },
  },
});
const server = createSnsServer({ topics: running.topics, log: () => {} });
let client: SNSClient;

beforeAll(async () => {
  const { url: endpoint } = await server.listen(0);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SNSClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await server.stop();
  await running.stop();
});

const orders = topicArn('Orders');
const publish = (input: PublishCommandInput) => client.send(new PublishCommand({ TopicArn: orders, ...input }));
const bodies = async (name: string) => (await running.received(name)).map(({ body }) => body);

describe('A message', () => {
  it('comes to a queue as an envelope, raw where that is asked for, and to a function as a record', async () => {
    const Message = 'häts & <gloves>\n "50%"';
    const MessageAttributes = {
      kind: { DataType: 'String', StringValue: 'sold' },
      bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
    };
    const { MessageId } = await publish({ Message, Subject: 'Sold', MessageAttributes });
    const [plain] = await running.received('Plain');
    const attributes = { kind: { Type: 'String', Value: 'sold' }, bytes: { Type: 'Binary', Value: 'AQI=' } };
    const common = {
      Type: 'Notification',
      MessageId,
      TopicArn: orders,
      Subject: 'Sold',
      Message,
      Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/),
      SignatureVersion: '1',
      Signature: expect.any(String),
      MessageAttributes: attributes,
    };
    expect(JSON.parse(plain?.body ?? '')).toEqual({
      ...common,
      SigningCertURL: expect.stringMatching(/^https:/),
      UnsubscribeURL: expect.stringContaining(`${orders}:`),
    });
    expect(plain?.messageAttributes).toEqual({});
    const [raw] = await running.received('Raw');
    expect(raw).toMatchObject({
      body: Message,
      messageAttributes: {
        kind: { DataType: 'String', StringValue: 'sold' },
        bytes: { DataType: 'Binary', BinaryValue: 'AQI=' },
      },
    });
    expect(running.invoked.splice(0)).toEqual([
      {
        Records: [
          {
            EventSource: 'aws:sns',
            EventVersion: '1.0',
            EventSubscriptionArn: expect.stringContaining(`${orders}:`),
            Sns: {
              ...common,
              SigningCertUrl: expect.stringMatching(/^https:/),
              UnsubscribeUrl: expect.stringMatching(/^https:/),
            },
          },
        ],
      },
    ]);
    expect(await bodies('Picky')).toEqual([Message]);
  });

  it('without subject and attributes has none for a queue, and empty ones for a function', async () => {
    await publish({ Message: 'x' });
    const [body] = await bodies('Plain');
    expect(Object.keys(JSON.parse(body ?? ''))).not.toContain('Subject');
    expect(Object.keys(JSON.parse(body ?? ''))).not.toContain('MessageAttributes');
    expect(running.invoked.splice(0)).toMatchObject([{ Records: [{ Sns: { Subject: null, MessageAttributes: {} } }] }]);
    expect(await bodies('Raw')).toEqual(['x']);
    expect(await running.topics.get(orders)).toBeDefined();
  });

  it('may be another text for each protocol', async () => {
    const Message = JSON.stringify({ default: 'all', sqs: 'for queues' });
    await publish({ Message, MessageStructure: 'json' });
    expect(await bodies('Raw')).toEqual(['for queues']);
    expect(running.invoked.splice(0)).toMatchObject([{ Records: [{ Sns: { Message: 'all' } }] }]);
    await bodies('Plain');
    const noDefault = publish({ Message: '{"sqs":"x"}', MessageStructure: 'json' });
    await expect(noDefault).rejects.toThrow('No default entry in JSON message body');
  });

  it('to a person is a line in the log', async () => {
    await publish({ TopicArn: topicArn('Alarms'), Message: 'too many errors', Subject: 'ALARM' });
    expect(running.lines).toContain('info App-Alarms: email to ops@example.com: ALARM: too many errors');
  });
});

describe('A FIFO topic', () => {
  const TopicArn = topicArn('Lines.fifo');

  it('keeps group and order, takes a message once, and signs nothing', async () => {
    const send = (Message: string, MessageGroupId = 'a') => publish({ TopicArn, Message, MessageGroupId });
    const first = await send('1');
    const again = await send('1');
    await send('2');
    expect(again).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    expect(first.SequenceNumber).toMatch(/^\d{20}$/);
    const received = await running.received('InOrder.fifo');
    const envelopes = received.map(({ body }) => JSON.parse(body));
    expect(envelopes.map(({ Message }) => Message)).toEqual(['1', '2']);
    expect(received.map(({ attributes }) => attributes.MessageGroupId)).toEqual(['a', 'a']);
    expect(Object.keys(envelopes[0])).toEqual([
      'Type',
      'MessageId',
      'SequenceNumber',
      'TopicArn',
      'Message',
      'Timestamp',
      'UnsubscribeURL',
    ]);
    expect(await bodies('Unordered')).toEqual(['1', '2']);
  });

  it('refuses a message without a group', async () => {
    await expect(publish({ TopicArn, Message: 'x' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
    });
  });
});

describe('A batch', () => {
  it('is answered entry by entry, and what is refused keeps nothing else back', async () => {
    const entries = [
      { Id: 'one', Message: 'first' },
      { Id: 'two', Message: 'second', Subject: 'two\nlines' },
      { Id: 'three', Message: 'third', MessageAttributes: { kind: { DataType: 'String', StringValue: 'sold' } } },
    ];
    const command = new PublishBatchCommand({ TopicArn: orders, PublishBatchRequestEntries: entries });
    const { Successful, Failed } = await client.send(command);
    expect(Successful?.map(({ Id }) => Id)).toEqual(['one', 'three']);
    expect(Failed).toEqual([
      { Id: 'two', Code: 'InvalidParameter', Message: 'Invalid parameter: Subject', SenderFault: true },
    ]);
    expect(await bodies('Raw')).toEqual(['first', 'third']);
    expect(await bodies('Picky')).toEqual(['third']);
  });

  it.each([
    ['without entries', [], 'EmptyBatchRequestException'],
    [
      'of eleven',
      Array.from({ length: 11 }, (_, n) => ({ Id: `${n}`, Message: 'x' })),
      'TooManyEntriesInBatchRequestException',
    ],
    ['with an id twice', [0, 1].map(() => ({ Id: 'a', Message: 'x' })), 'BatchEntryIdsNotDistinctException'],
    ['with an id that is none', [{ Id: 'a b', Message: 'x' }], 'InvalidBatchEntryIdException'],
    [
      'too long together',
      [0, 1].map((n) => ({ Id: `${n}`, Message: 'x'.repeat(140_000) })),
      'BatchRequestTooLongException',
    ],
  ])('%s is refused as a whole', async (_, entries, name) => {
    const command = new PublishBatchCommand({ TopicArn: orders, PublishBatchRequestEntries: entries });
    await expect(client.send(command)).rejects.toMatchObject({ name });
  });
});

describe('A refused request', () => {
  it.each([
    ['an unknown topic', { TopicArn: `${orders}x`, Message: 'x' }, 'NotFoundException', 'Topic does not exist'],
    ['an empty message', { Message: '' }, 'InvalidParameterException', 'Empty message'],
    ['a message too long', { Message: 'x'.repeat(262_145) }, 'InvalidParameterException', 'Message too long'],
    ['a subject of two lines', { Message: 'x', Subject: 'a\nb' }, 'InvalidParameterException', 'Subject'],
    [
      'a text message to a telephone',
      { TopicArn: undefined, PhoneNumber: '+1', Message: 'x' },
      'InvalidParameterException',
      'PhoneNumber',
    ],
    [
      'a number that is none',
      { Message: 'x', MessageAttributes: { n: { DataType: 'Number', StringValue: 'many' } } },
      'InvalidParameterValueException',
      "Could not cast message attribute 'n' value to number.",
    ],
  ])('says why: %s', async (_, input, name, message) => {
    await expect(publish(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });
});
