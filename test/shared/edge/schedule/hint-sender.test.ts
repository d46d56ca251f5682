/** Hints are messages on the queue of whom they are for, as many at once as SQS takes. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, expect, it } from 'vitest';
import { hintSender } from '#shared/edge/schedule/index.ts';
import type { Hint } from '#shared/projection/index.ts';
import { orders, url, useSqs } from '../../../infra/local/services/sqs/sqs-client.ts';
import { tally } from '../../../support/tally.ts';

useSqs();
const hints = (count: number): Hint[] =>
  Array.from({ length: count }, (_, index) => ({ stream: tally('1'), version: index + 1 }));
const queueUrl = () => `${url}/000000000000/orders`;

let requests: number;
let counting: SQSClient;
beforeEach(() => {
  requests = 0;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  counting = new SQSClient({ endpoint: url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  counting.middlewareStack.add(
    (next) => (args) => {
      requests += 1;
      return next(args);
    },
    { step: 'finalizeRequest' },
  );
  return () => counting.destroy();
});

async function received(): Promise<unknown[]> {
  const bodies: unknown[] = [];
  for (;;) {
    const messages = await orders.receive({ max: 10, waitMs: 0 });
    if (messages.length === 0) return bodies;
    bodies.push(...messages.map(({ body }) => JSON.parse(body)));
  }
}

it.each([
  [0, 0],
  [1, 1],
  [10, 1],
  [11, 2],
  [25, 3],
])('%i hints are all sent, each once, with %i requests', async (count, needed) => {
  await hintSender(counting, queueUrl())(hints(count));
  expect(requests).toBe(needed);
  const there = await received();
  expect(there).toHaveLength(count);
  expect(there).toEqual(expect.arrayContaining(hints(count)));
});

it('One of several that SQS reports as failed is an error', async () => {
  counting.middlewareStack.add((next) => async (args) => {
    const result = await next(args);
    Object.assign(result.output, { Failed: [{ Id: '0', Message: 'not now' }] });
    return result;
  });
  await expect(hintSender(counting, queueUrl())(hints(2))).rejects.toThrow('1 hints could not be sent: not now');
});
