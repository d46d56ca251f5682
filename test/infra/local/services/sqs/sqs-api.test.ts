/** The local SQS answers about queues, and refuses, in the way that the real SDK client understands. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { createSqsServer } from '../../../../../infra/local/services/sqs/sqs-api.ts';
import { orders, payments, queues, sqs, url, useSqs } from './sqs-client.ts';

useSqs();

describe('queues', () => {
  test('are found by name and listed by prefix', async () => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'orders' }));
    expect(QueueUrl).toBe(orders.url);
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'pay' }));
    expect(QueueUrls).toEqual([payments.url]);
  });

  test('show their counts and settings', async () => {
    for (const body of ['a', 'b']) orders.send({ body });
    orders.send({ body: 'c', delaySeconds: 60 });
    await orders.receive({ max: 1, waitMs: 0 });
    const ask = (AttributeNames: ('All' | 'QueueArn')[]) =>
      sqs.send(new GetQueueAttributesCommand({ QueueUrl: orders.url, AttributeNames }));
    const { Attributes } = await ask(['All']);
    expect(Attributes).toMatchObject({
      QueueArn: orders.arn,
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      VisibilityTimeout: '30',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:000000000000:dead',
        maxReceiveCount: 3,
      }),
    });
    expect(Attributes).not.toHaveProperty('FifoQueue');
    expect((await ask(['QueueArn'])).Attributes).toEqual({ QueueArn: orders.arn });
  });

  test('are emptied by a purge', async () => {
    orders.send({ body: 'a' });
    await sqs.send(new PurgeQueueCommand({ QueueUrl: orders.url }));
    expect(orders.counts().visible).toBe(0);
  });
});

describe('refusals', () => {
  test('reach the SDK as the errors of the service', async () => {
    const elsewhere = { QueueUrl: 'http://127.0.0.1/000000000000/nowhere' };
    await expect(sqs.send(new ReceiveMessageCommand(elsewhere))).rejects.toBeInstanceOf(QueueDoesNotExist);
    await expect(sqs.send(new ReceiveMessageCommand(elsewhere))).rejects.toThrow(/nowhere/);
    const forged = { QueueUrl: orders.url, ReceiptHandle: 'forged' };
    await expect(sqs.send(new DeleteMessageCommand(forged))).rejects.toBeInstanceOf(ReceiptHandleIsInvalid);
    const many = { QueueUrl: orders.url, MaxNumberOfMessages: 11 };
    await expect(sqs.send(new ReceiveMessageCommand(many))).rejects.toThrow(/MaxNumberOfMessages/);
  });

  test('tell a FIFO consumer that it was too late', async () => {
    payments.send({ body: 'a', groupId: 'g', deduplicationId: '1' });
    const [late] = await payments.receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 0 });
    const message = { QueueUrl: payments.url, ReceiptHandle: late?.receiptHandle };
    await expect(sqs.send(new DeleteMessageCommand(message))).rejects.toThrow(/expired/);
    const longer = new ChangeMessageVisibilityCommand({ ...message, VisibilityTimeout: 5 });
    await expect(sqs.send(longer)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  test('name an action that the local SQS does not know', async () => {
    const call = (target: string, body = '{}') =>
      fetch(url, { method: 'POST', headers: { 'x-amz-target': target }, body });
    const answer = await call('AmazonSQS.AddPermission');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('AddPermission') });
    expect((await call('AmazonSQS.toString')).status).toBe(400);
    expect((await call('AmazonSQS.SendMessage', 'nonsense')).status).toBe(400);
    const incomplete = await call('AmazonSQS.SendMessage');
    expect(await incomplete.json()).toMatchObject({ message: 'The request must contain the parameter QueueUrl.' });
    expect((await fetch(url)).status).toBe(400);
  });
});

test('a port that is taken is an error of the system', async () => {
  const second = createSqsServer({ queues, log: () => {} });
  await expect(second.listen(Number(new URL(url).port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await second.stop();
});
