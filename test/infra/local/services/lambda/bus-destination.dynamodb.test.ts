/** How an invocation ended is an event on a bus, and the answer alone can go on from there to a function. */
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { EventBridgeDestination, LambdaDestination, SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../../../../infra/local/start.ts';
import { ownFolder } from '../../written-assembly.ts';

const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:orders';
const BUS = 'arn:aws:events:eu-west-1:000000000000:event-bus/shop';

const CODE = `exports.handler = async ({ order }) => {
  if (order === 0) throw new TypeError('no such order');
  return { order, paid: true };
};`;

function app(): string {
  const outdir = join(ownFolder(), 'cdk.out');
  const shop = new App({ outdir });
  const stack = new Stack(shop, 'Shop');
  const functionOf = (functionName: string, code: string) => ({
    functionName,
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline(code),
  });
  const eventBus = new EventBus(stack, 'Bus', { eventBusName: 'shop' });
  const results = new SqsQueue(new Queue(stack, 'Results', { queueName: 'results' }));
  new Rule(stack, 'Rule', { eventBus, eventPattern: { source: ['lambda'] }, targets: [results] });
  const last = new LambdaFunction(stack, 'Last', {
    ...functionOf('last', 'exports.handler = async (event) => event;'),
    onSuccess: new SqsDestination(new Queue(stack, 'Answers', { queueName: 'answers' })),
  });
  new LambdaFunction(stack, 'Orders', {
    ...functionOf('orders', CODE),
    retryAttempts: 0,
    onSuccess: new EventBridgeDestination(eventBus),
    onFailure: new EventBridgeDestination(eventBus),
  });
  new LambdaFunction(stack, 'Payments', {
    ...functionOf('payments', CODE),
    onSuccess: new LambdaDestination(last, { responseOnly: true }),
  });
  shop.synth();
  return outdir;
}

let cloud: LocalCloud;
beforeAll(async () => {
  const dynamodbEndpoint = inject('dynamodbEndpoint');
  cloud = await startLocalCloud({ assembly: app(), port: 0, dynamodbEndpoint, log: () => {} });
});
afterAll(() => cloud.stop());

const invoke = (name: string, event: unknown) =>
  [...cloud.directory.functions.values()].find((each) => each.name === name)?.invokeAsync(event);

async function messageIn(name: string) {
  const queue = [...cloud.directory.queues.values()].find((each) => each.name === name);
  const [message] = (await queue?.receive({ max: 1, waitMs: 20_000 })) ?? [];
  queue?.delete(message?.receiptHandle ?? '');
  return JSON.parse(message?.body ?? '{}');
}

it.each([
  [
    'Success',
    { order: 1 },
    {
      requestContext: { functionArn: `${ARN}:$LATEST`, condition: 'Success', approximateInvokeCount: 1 },
      responsePayload: { order: 1, paid: true },
    },
  ],
  [
    'Failure',
    { order: 0 },
    {
      requestContext: { functionArn: `${ARN}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: 1 },
      responsePayload: {
        errorType: 'TypeError',
        errorMessage: 'no such order',
        trace: expect.arrayContaining(['TypeError: no such order']),
      },
    },
  ],
])('The %s of an invocation is an event on the bus', async (outcome, event, detail) => {
  await invoke('orders', event);
  expect(await messageIn('results')).toMatchObject({
    source: 'lambda',
    'detail-type': `Lambda Function Invocation Result - ${outcome}`,
    resources: [`${ARN}:$LATEST`, BUS],
    detail: { version: '1.0', requestPayload: event, ...detail },
  });
});

it('The answer alone goes on to a function', async () => {
  await invoke('payments', { order: 2 });
  expect(await messageIn('answers')).toMatchObject({ requestPayload: { order: 2, paid: true } });
});
