/** Messages sent and received with the real SDK client look as from the service. */
import {
  BatchRequestTooLong,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  TooManyEntriesInBatchRequest,
} from '@aws-sdk/client-sqs';
import { describe, expect, test, vi } from 'vitest';
import { lines, orders, payments, sqs, useSqs } from './sqs-client.ts';

useSqs();

describe('messages', () => {
  test('arrive with their attributes and digests', async () => {
    const MessageAttributes = {
      Kind: { DataType: 'String', StringValue: 'opened' },
      Size: { DataType: 'Number', StringValue: '12' },
      Raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 7]) },
    };
    const sent = await sqs.send(
      new SendMessageCommand({ QueueUrl: orders.url, MessageBody: 'grüße', MessageAttributes }),
    );
    const asked = { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All' as const] };
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: orders.url, ...asked }));
    expect(Messages).toMatchObject([
      {
        MessageId: sent.MessageId,
        Body: 'grüße',
        MessageAttributes,
        Attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.any(String) },
      },
    ]);
    expect(Messages?.[0]?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: orders.url, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
    expect(orders.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test.each([
    ['timestamp', '1493147359900', '235c5c510d26fb653d073faed50ae77c'],
    ['timestamp', '1493147359901', '994258b45346a2cc3f9cbb611aa7af30'],
    ['SOME_Valid.attribute-Name', '1493147359900', '36655e7e9d7c0e8479fa3f3f42247ae7'],
  ])('have the attribute digest on which several SQS implementations agree (%s %s)', async (name, value, digest) => {
    const MessageAttributes = { [name]: { DataType: 'Number', StringValue: value } };
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl: orders.url, MessageBody: 'a', MessageAttributes }));
    expect(sent.MD5OfMessageAttributes).toBe(digest);
  });

  test('come without attributes that nobody asked for', async () => {
    orders.send({ body: 'a', attributes: { 'order.id': { DataType: 'String', StringValue: '1' } } });
    const visible = { QueueUrl: orders.url, VisibilityTimeout: 0 };
    const plain = await sqs.send(new ReceiveMessageCommand(visible));
    expect(plain.Messages?.[0]).not.toHaveProperty('Attributes');
    expect(plain.Messages?.[0]).not.toHaveProperty('MessageAttributes');
    const prefixed = await sqs.send(new ReceiveMessageCommand({ ...visible, MessageAttributeNames: ['order.*'] }));
    expect(prefixed.Messages?.[0]?.MessageAttributes).toHaveProperty(['order.id']);
  });

  test('wake a long poll as they arrive', async () => {
    const receive = sqs.send(new ReceiveMessageCommand({ QueueUrl: orders.url, WaitTimeSeconds: 20 }));
    orders.send({ body: 'a' });
    expect((await receive).Messages?.[0]?.Body).toBe('a');
  });

  test('are not taken by a caller that has hung up', async () => {
    const hangUp = new AbortController();
    const received = vi.spyOn(orders, 'receive');
    const receive = sqs.send(new ReceiveMessageCommand({ QueueUrl: orders.url, WaitTimeSeconds: 20 }), {
      abortSignal: hangUp.signal,
    });
    await vi.waitUntil(() => received.mock.results.length === 1);
    hangUp.abort();
    await expect(receive).rejects.toThrow();
    await received.mock.results[0]?.value;
    orders.send({ body: 'a' });
    expect(orders.counts().visible).toBe(1);
    expect(lines).toEqual([]);
  });

  test('go through a FIFO queue in order, with sequence numbers', async () => {
    const Entries = ['1', '2', '3'].map((Id) => ({
      Id,
      MessageBody: Id,
      MessageGroupId: 'g',
      MessageDeduplicationId: Id,
    }));
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: payments.url, Entries }));
    expect(sent.Successful?.map(({ SequenceNumber }) => SequenceNumber)).toEqual([
      expect.stringMatching(/1$/),
      expect.stringMatching(/2$/),
      expect.stringMatching(/3$/),
    ]);
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: payments.url, MaxNumberOfMessages: 10, AttributeNames: ['All'] }),
    );
    expect(Messages?.map(({ Body }) => Body)).toEqual(['1', '2', '3']);
    expect(Messages?.[0]?.Attributes).toMatchObject({ MessageGroupId: 'g', MessageDeduplicationId: '1' });
  });

  test('are left out by a FIFO queue when their deduplication id is known, whatever they say', async () => {
    const send = (MessageBody: string) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl: payments.url,
          MessageBody,
          MessageGroupId: 'g',
          MessageDeduplicationId: '1',
        }),
      );
    const { MessageId, SequenceNumber } = await send('first');
    // The SDK refuses an answer whose digest is not that of what it has sent.
    expect(await send('second')).toMatchObject({ MessageId, SequenceNumber });
    expect((await payments.receive({ max: 10, waitMs: 0 })).map(({ body }) => body)).toEqual(['first']);
  });
});

describe('batches', () => {
  test('name the entries that failed beside those that did not', async () => {
    const Entries = [
      { Id: 'good', MessageBody: 'a' },
      { Id: 'bad', MessageBody: 'a', DelaySeconds: 901 },
    ];
    const answer = await sqs.send(new SendMessageBatchCommand({ QueueUrl: orders.url, Entries }));
    expect(answer.Successful).toMatchObject([{ Id: 'good' }]);
    expect(answer.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'InvalidParameterValue' }]);
  });

  test('change visibility and delete by handle', async () => {
    for (const body of ['a', 'b']) orders.send({ body });
    const receive = () => sqs.send(new ReceiveMessageCommand({ QueueUrl: orders.url, MaxNumberOfMessages: 10 }));
    const handles = ({ Messages = [] }: Awaited<ReturnType<typeof receive>>) =>
      Messages.map(({ ReceiptHandle }, n) => ({ Id: `${n}`, ReceiptHandle }));
    const shown = handles(await receive()).map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: orders.url, Entries: shown }));
    const again = handles(await receive());
    expect(again).toHaveLength(2);
    const Entries = [...again, { Id: 'forged', ReceiptHandle: 'forged' }];
    const answer = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: orders.url, Entries }));
    expect(answer.Failed).toMatchObject([{ Id: 'forged', Code: 'ReceiptHandleIsInvalid' }]);
    expect(orders.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('of more than ten entries, more than 1 MiB or with repeated ids are refused whole', async () => {
    const send = (Entries: { Id: string; MessageBody: string }[]) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl: orders.url, Entries }));
    const eleven = Array.from({ length: 11 }, (_, n) => ({ Id: `${n}`, MessageBody: 'a' }));
    await expect(send(eleven)).rejects.toBeInstanceOf(TooManyEntriesInBatchRequest);
    const half = 'x'.repeat(524_289);
    const large = ['a', 'b'].map((Id) => ({ Id, MessageBody: half }));
    await expect(send(large)).rejects.toBeInstanceOf(BatchRequestTooLong);
    await expect(send([...eleven.slice(0, 1), ...eleven.slice(0, 1)])).rejects.toThrow(/repeated/);
    await expect(send([])).rejects.toThrow(/at least one entry/);
    expect(orders.counts().visible).toBe(0);
  });
});
