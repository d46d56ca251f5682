/** A local SQS with three queues, and the real SDK client that talks to it, for tests of its API. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, beforeEach } from 'vitest';
import { createQueue } from '../../../../../infra/local/services/sqs/local-queue.ts';
import type { LocalQueue } from '../../../../../infra/local/services/sqs/queue.ts';
import { createSqsServer } from '../../../../../infra/local/services/sqs/sqs-api.ts';
import { aQueue } from './a-queue.ts';

/** What the log was told. */
export const lines: string[] = [];
export const queues = new Map<string, LocalQueue>();
export let url: string;
export let sqs: SQSClient;
export let orders: LocalQueue;
export let payments: LocalQueue;

/** Call once in a file of tests: its SQS runs while they do, and each test begins with empty queues. */
export function useSqs(): void {
  beforeAll(async () => {
    const server = createSqsServer({ queues, log: (_level, _source, line) => lines.push(line) });
    ({ url } = await server.listen(0));
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    sqs = new SQSClient({ endpoint: url, region: 'eu-west-1', credentials, maxAttempts: 1 });
    return async () => {
      sqs.destroy();
      await server.stop();
    };
  });
  beforeEach(() => {
    queues.clear();
    lines.length = 0;
    const dead = createQueue(aQueue({ name: 'dead' }));
    orders = createQueue(aQueue({ redrive: { target: () => dead, maxReceiveCount: 3 } }));
    payments = createQueue(aQueue({ name: 'payments.fifo', fifo: true }));
    for (const queue of [orders, dead, payments]) queues.set(queue.arn, queue);
  });
}
