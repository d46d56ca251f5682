/** The ScalingConfig of a template bounds how many batches of a queue are at work side by side. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { createCleanup } from '../../../../../../infra/local/engine/boot/cleanup.ts';
import type { Directory } from '../../../../../../infra/local/services/destinations.ts';
import type { FunctionPart } from '../../../../../../infra/local/services/lambda/function.resource.ts';
import type { InvocationResult } from '../../../../../../infra/local/services/lambda/lambda-function.ts';
import { startMappings } from '../../../../../../infra/local/services/lambda/mappings/start-mappings.ts';
import { startQueues } from '../../../../../../infra/local/services/sqs/queue.resource.ts';
import { faultsOf, inlineFunction, planned, stackOf } from '../../../engine/boot/planned.ts';
import { answer, functionOf, recordedLog } from './plain-functions.ts';

const stack = (MaximumConcurrency: number) =>
  stackOf({
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue' },
      F: inlineFunction,
      Reader: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          FunctionName: { Ref: 'F' },
          BatchSize: 1,
          ScalingConfig: { MaximumConcurrency },
        },
      },
    },
  });

/** Sends `messages` to the queue of the template; its function has a place for `sideBySide` invocations. */
function running(MaximumConcurrency: number, messages: number, sideBySide?: number) {
  const { log } = recordedLog();
  const cleanup = createCleanup();
  const parts = planned([stack(MaximumConcurrency)]);
  const directory: Directory = { functions: new Map(), queues: new Map(), topics: new Map() };
  const held: (() => void)[] = [];
  const target = functionOf(() => new Promise<InvocationResult>((done) => held.push(() => done(answer()))));
  for (const { name, arn } of parts.filter((part): part is FunctionPart => part.kind === 'function')) {
    directory.functions.set(arn, { ...target, name, arn, sideBySide });
  }
  startQueues(parts, directory, cleanup);
  const [queue] = directory.queues.values();
  for (let n = 0; n < messages; n += 1) queue?.send({ body: `${n}` });
  startMappings(parts, directory, { endpoint: '', streamArns: new Map() }, cleanup, log);
  onTestFinished(async () => {
    const ended = cleanup.run();
    for (const done of held) done();
    await ended;
  });
  const counts = () => queue?.counts() ?? { visible: 0, inFlight: 0, delayed: 0 };
  /** Ends the oldest invocation. */
  const end = () => held.shift()?.();
  return { held, counts, end };
}

it.each([2, 3, 7])(
  'at most %i invocations read the queue side by side, and one more as soon as one ends',
  async (most) => {
    const { held, counts, end } = running(most, most + 2);
    await vi.waitUntil(() => held.length === most);
    expect(counts()).toEqual({ visible: 2, inFlight: most, delayed: 0 });
    end();
    await vi.waitUntil(() => held.length === most && counts().visible === 1);
    for (let left = most + 1; left > 0; left -= 1) {
      await vi.waitUntil(() => held.length > 0);
      end();
    }
    await vi.waitUntil(() => counts().inFlight === 0);
    expect(counts().visible).toBe(0);
  },
);

it('takes no message for which the function has no place', async () => {
  const { held, counts } = running(10, 5, 2);
  await vi.waitUntil(() => held.length === 2);
  expect(counts()).toEqual({ visible: 3, inFlight: 2, delayed: 0 });
});

it.each([1, 1_001])('%i is refused, as Lambda refuses it', (most) => {
  expect(faultsOf(stack(most))).toEqual([
    'App/Reader, AWS::Lambda::EventSourceMapping, property ScalingConfig.MaximumConcurrency: must be a whole number from 2 to 1000',
  ]);
});
