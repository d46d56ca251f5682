/** Every command that was checked goes into the queue and comes out as it was, whatever its stream is named and its data holds. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { QueuedCommand } from '#shared/command/index.ts';
import { createCommandQueue } from '#shared/edge/queue/index.ts';
import { payments, sqs, useSqs } from '../../../infra/local/services/sqs/sqs-client.ts';
import { NOW, tally } from '../../../support/tally.ts';

useSqs();

const command = (changes: Partial<QueuedCommand> = {}): QueuedCommand => ({
  stream: tally('1'),
  id: 'k',
  what: 'note',
  payloadHash: 'hash',
  acceptedAt: NOW,
  deduplicationId: 'copy',
  data: { texts: ['a'] },
  who: 'ada',
  ...changes,
});

const received = async () => (await payments.receive({ max: 10, waitMs: 0 })).map(({ body }) => JSON.parse(body));

describe('The queue of accepted commands', () => {
  const queue = () => createCommandQueue(sqs, payments.url);

  it.each([
    ['characters that SQS refuses', { texts: ['\u0000 \u001f \ufffe \uffff \ud800 \u{1f600} é \\uffff'] }],
    ['null', null],
    ['a name that objects have', JSON.parse('{"__proto__": {"constructor": 1}}')],
  ])('takes data with %s', async (_, data) => {
    await queue().send(command({ data }));
    expect(await received()).toEqual([command({ data })]);
  });

  it('takes a stream whose name is as long as it can be, in an order of its own', async () => {
    const [long, other] = ['x', 'y'].map((last) => tally(`${'a'.repeat(127)}${last}`));
    if (long === undefined || other === undefined) throw new Error('there are two');
    for (const stream of [long, other]) await queue().send(command({ stream, deduplicationId: stream.slice(-9) }));
    const groups = (await payments.receive({ max: 10, waitMs: 0 })).map(({ attributes }) => attributes.MessageGroupId);
    expect(new Set(groups).size).toBe(2);
  });

  it('gives a copy the place of the first, and what comes later one behind it', async () => {
    const first = await queue().send(command());
    expect(await queue().send(command())).toEqual(first);
    const second = await queue().send(command({ deduplicationId: 'other' }));
    expect(second.sequence > first.sequence).toBe(true);
    expect(await received()).toHaveLength(2);
  });

  it('refuses what is too large for a message', async () => {
    const data = { texts: ['x'.repeat(1_048_576)] };
    await expect(queue().send(command({ data }))).rejects.toMatchObject({ code: 'commit-too-large' });
  });

  it('is not there now when it cannot be reached', async () => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const nobody = new SQSClient({ endpoint: 'http://127.0.0.1:1', region: 'eu-west-1', credentials, maxAttempts: 1 });
    await expect(createCommandQueue(nobody, 'http://127.0.0.1:1/0/queue').send(command())).rejects.toMatchObject({
      code: 'store-unavailable',
      retryable: true,
    });
  });
});
