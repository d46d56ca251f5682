/** The topics and queues of a template, running, with plain functions behind them, for tests. */
import { createCleanup } from '../../../../../infra/local/engine/boot/cleanup.ts';
import { partsOf } from '../../../../../infra/local/engine/boot/resource-kind.ts';
import type { Directory } from '../../../../../infra/local/services/destinations.ts';
import type { FunctionPart } from '../../../../../infra/local/services/lambda/function.resource.ts';
import { startTopics } from '../../../../../infra/local/services/sns/start-topics.ts';
import { startQueues } from '../../../../../infra/local/services/sqs/queue.resource.ts';
import { planned, stackOf } from '../../engine/boot/planned.ts';
import { recordedLog } from '../lambda/mappings/plain-functions.ts';

export type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;
export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const topicArn = (name: string) => `arn:aws:sns:eu-west-1:000000000000:App-${name}`;
export const fifo = { FifoTopic: true };

export function subscribed(topic: string, queue: string, more: Record<string, unknown> = {}) {
  return {
    Type: 'AWS::SNS::Subscription',
    Properties: { TopicArn: { Ref: topic }, Protocol: 'sqs', Endpoint: arnOf(queue), ...more },
  };
}

/** `refused` is thrown by every function that an event is handed to. */
export function runningTopics(resources: Resources, refused?: Error) {
  const { log, lines } = recordedLog();
  const parts = planned([stackOf({ Resources: resources })]);
  const invoked: unknown[] = [];
  const directory: Directory = { functions: new Map(), queues: new Map(), topics: new Map() };
  for (const { name, arn } of partsOf<FunctionPart>(parts, 'function')) {
    directory.functions.set(arn, {
      name,
      arn,
      timeoutMs: 3_000,
      invoke: () => Promise.reject(new Error('topics invoke asynchronously')),
      async invokeAsync(event) {
        if (refused !== undefined) throw refused;
        invoked.push(event);
      },
      stop: async () => {},
    });
  }
  const cleanup = createCleanup();
  startQueues(parts, directory, cleanup);
  startTopics(parts, directory, log);
  return {
    lines,
    invoked,
    topics: directory.topics,
    stop: () => cleanup.run(),
    /** Everything that is in the queue now. */
    async received(name: string) {
      const queue = [...directory.queues.values()].find((each) => each.name === `App-${name}`);
      return (await queue?.receive({ max: 10, waitMs: 1_000 })) ?? [];
    },
  };
}
