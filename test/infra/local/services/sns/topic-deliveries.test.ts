/** What a subscription refuses for good is in its dead-letter queue; what cannot work is a fault of the template. */
import { describe, expect, it, vi } from 'vitest';
import { faultsOf, inlineFunction, stackOf } from '../../engine/boot/planned.ts';
import { arnOf, fifo, type Resources, runningTopics, subscribed, topicArn } from './running-topics.ts';

const topic = { Type: 'AWS::SNS::Topic' };
const queue = { Type: 'AWS::SQS::Queue' };
const fifoTopic = { ...topic, Properties: fifo };
const fifoQueue = { ...queue, Properties: { FifoQueue: true, ContentBasedDeduplication: true } };
const redrive = (id: string) => ({ RedrivePolicy: { deadLetterTargetArn: arnOf(id) } });

describe('A message that a subscription refuses', () => {
  const short = { ...queue, Properties: { MaximumMessageSize: 1_024 } };
  const long = 'x'.repeat(2_000);

  it('is in its dead-letter queue in the same form, and everybody else has it', async () => {
    const running = runningTopics({
      T: topic,
      Short: short,
      Other: queue,
      Dead: queue,
      DeadRaw: queue,
      S: subscribed('T', 'Short', redrive('Dead')),
      O: subscribed('T', 'Other', { RawMessageDelivery: true }),
      ShortRaw: short,
      R: subscribed('T', 'ShortRaw', { RawMessageDelivery: true, ...redrive('DeadRaw') }),
    });
    running.topics.get(topicArn('T'))?.publish({
      message: long,
      attributes: { kind: { DataType: 'String', StringValue: 'sold' } },
    });
    const [dead] = await running.received('Dead');
    expect(JSON.parse(dead?.body ?? '')).toMatchObject({ Type: 'Notification', Message: long });
    const [deadRaw] = await running.received('DeadRaw');
    expect(deadRaw).toMatchObject({ body: long, messageAttributes: { kind: { StringValue: 'sold' } } });
    expect((await running.received('Other')).map(({ body }) => body)).toEqual([long]);
    await running.stop();
  });

  it('without one is lost, and the log says so', async () => {
    const running = runningTopics(
      { T: topic, F: inlineFunction, S: subscribed('T', 'F', { Protocol: 'lambda' }) },
      new Error('too large'),
    );
    running.topics.get(topicArn('T'))?.publish({ message: 'x' });
    await vi.waitUntil(() => running.lines.length > 0);
    expect(running.lines).toEqual([expect.stringMatching(/^error App-T: a message is lost to \S+: too large$/)]);
    await running.stop();
  });
});

describe('What cannot work', () => {
  it.each<[string, Resources, string]>([
    [
      'a topic that is not there',
      { Q: queue, S: subscribed('T', 'Q', { TopicArn: topicArn('T') }) },
      'there is no topic',
    ],
    [
      'a queue that is not there',
      { T: topic, S: subscribed('T', 'Q', { Endpoint: 'arn:aws:sqs:x' }) },
      'Endpoint: there is no queue',
    ],
    [
      'a FIFO queue at a standard topic',
      { T: topic, Q: fifoQueue, S: subscribed('T', 'Q') },
      'a standard topic does not deliver',
    ],
    [
      'a function at a FIFO topic',
      { T: fifoTopic, F: inlineFunction, S: subscribed('T', 'F', { Protocol: 'lambda' }) },
      'a FIFO topic delivers to queues only',
    ],
    [
      'a standard dead-letter queue at a FIFO topic',
      { T: fifoTopic, Q: fifoQueue, D: queue, S: subscribed('T', 'Q', redrive('D')) },
      'must name a FIFO queue',
    ],
    [
      'an HTTP endpoint',
      { T: topic, Q: queue, S: subscribed('T', 'Q', { Protocol: 'https' }) },
      'only sqs and lambda run locally',
    ],
    [
      'raw delivery to a function',
      { T: topic, F: inlineFunction, S: subscribed('T', 'F', { Protocol: 'lambda', RawMessageDelivery: true }) },
      'RawMessageDelivery: is for queues only',
    ],
    [
      'a filter that SNS refuses',
      { T: topic, Q: queue, S: subscribed('T', 'Q', { FilterPolicy: { a: [{ wildcard: 'x*' }] } }) },
      'FilterPolicy: Invalid parameter: Attributes Reason: FilterPolicy: Unrecognized match type wildcard',
    ],
    ['a FIFO topic by a standard name', { T: { ...topic, Properties: { ...fifo, TopicName: 'a' } } }, 'ends in .fifo'],
    [
      'deduplication by content in a standard topic',
      { T: { ...topic, Properties: { ContentBasedDeduplication: true } } },
      'FIFO topics only',
    ],
    [
      'a subscription twice',
      { T: topic, Q: queue, S: subscribed('T', 'Q'), S2: subscribed('T', 'Q') },
      'there is already a subscription',
    ],
    [
      'a rule to a FIFO topic',
      {
        T: fifoTopic,
        R: {
          Type: 'AWS::Events::Rule',
          Properties: { EventPattern: { source: ['a'] }, Targets: [{ Id: 't', Arn: { Ref: 'T' } }] },
        },
      },
      'a rule does not deliver to a FIFO topic',
    ],
  ])('is told with the template: %s', (_, resources, message) => {
    expect(faultsOf(stackOf({ Resources: resources }))).toEqual([expect.stringContaining(message)]);
  });
});
