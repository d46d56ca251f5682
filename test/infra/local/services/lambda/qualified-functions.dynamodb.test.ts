/** An app whose function has an alias and a version: what is invoked through one of them goes by its settings. */
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { App, Stack } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { Code, FunctionUrlAuthType, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../../../../infra/local/start.ts';
import { ownFolder } from '../../written-assembly.ts';

const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:orders';

const CODE = `exports.handler = async ({ rawPath, tell }, { functionVersion, invokedFunctionArn }) => {
  if (!rawPath && !tell) throw new Error('no');
  return [functionVersion, process.env.AWS_LAMBDA_FUNCTION_VERSION, invokedFunctionArn];
};`;

function app(): string {
  const outdir = join(ownFolder(), 'cdk.out');
  const shop = new App({ outdir });
  const stack = new Stack(shop, 'Shop');
  const queue = (name: string) => new SqsDestination(new Queue(stack, name, { queueName: name }));
  const orders = new LambdaFunction(stack, 'Orders', {
    functionName: 'orders',
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline(CODE),
    retryAttempts: 0,
    onFailure: queue('of-latest'),
  });
  const live = orders.addAlias('live', { retryAttempts: 0, onFailure: queue('of-live') });
  orders.currentVersion.configureAsyncInvoke({ retryAttempts: 0, onFailure: queue('of-version') });
  live.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
  const defaultIntegration = new HttpLambdaIntegration('Any', live);
  new HttpApi(stack, 'Api', { apiName: 'api', defaultIntegration });
  const eventBus = new EventBus(stack, 'Bus', { eventBusName: 'shop' });
  new Rule(stack, 'Rule', { eventBus, eventPattern: { source: ['shop'] }, targets: [new FunctionTarget(live)] });
  const news = new Topic(stack, 'News', { topicName: 'news' });
  news.addSubscription(new LambdaSubscription(live));
  shop.synth();
  return outdir;
}

let cloud: LocalCloud;
let client: LambdaClient;
beforeAll(async () => {
  cloud = await startLocalCloud({
    assembly: app(),
    port: 0,
    dynamodbEndpoint: inject('dynamodbEndpoint'),
    log: () => {},
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new LambdaClient({ endpoint: cloud.lambdaUrl, region: 'eu-west-1', credentials });
});
afterAll(async () => {
  client.destroy();
  await cloud.stop();
});

const invoke = (FunctionName: string, Qualifier?: string) =>
  client.send(new InvokeCommand({ FunctionName, Qualifier, InvocationType: 'Event', Payload: '{"order":1}' }));

/** The function and the attempts in the next record that the queue gets. */
async function recordIn(name: string) {
  const queue = [...cloud.directory.queues.values()].find((each) => each.name === name);
  const [message] = (await queue?.receive({ max: 1, waitMs: 20_000 })) ?? [];
  queue?.delete(message?.receiptHandle ?? '');
  const { requestContext } = JSON.parse(message?.body ?? '{}');
  return [requestContext?.functionArn, requestContext?.approximateInvokeCount];
}

describe('An event that a function fails to handle', () => {
  it.each([
    ['by name', ['orders'], 'of-latest', `${ARN}:$LATEST`],
    ['by ARN', [ARN], 'of-latest', `${ARN}:$LATEST`],
    ['with $LATEST', ['orders', '$LATEST'], 'of-latest', `${ARN}:$LATEST`],
    ['with an alias', ['orders', 'live'], 'of-live', `${ARN}:live`],
    ['by the ARN of an alias', [`${ARN}:live`], 'of-live', `${ARN}:live`],
    ['by name and alias', ['orders:live'], 'of-live', `${ARN}:live`],
    ['with a version', ['orders', '1'], 'of-version', `${ARN}:1`],
  ] as const)('goes where its invocation %s says', async (_, [name, qualifier], queue, functionArn) => {
    await invoke(name, qualifier);
    expect(await recordIn(queue)).toEqual([functionArn, 1]);
  });

  it('goes where the alias says that a rule or a topic delivers to', async () => {
    [...cloud.buses.values()]
      .find(({ name }) => name === 'shop')
      ?.put({ source: 'shop', detailType: 'a', detail: '{}' });
    expect(await recordIn('of-live')).toEqual([`${ARN}:live`, 1]);
    [...cloud.directory.topics.values()][0]?.publish({ message: 'a' });
    expect(await recordIn('of-live')).toEqual([`${ARN}:live`, 1]);
  });
});

describe('A function is told', () => {
  it.each([
    ['nothing but itself', undefined, ['$LATEST', ARN]],
    ['an alias and the version behind it', 'live', ['1', `${ARN}:live`]],
    ['a version', '1', ['1', `${ARN}:1`]],
  ] as const)('that it is called by %s, and so is its caller', async (_, Qualifier, [version, arn]) => {
    const command = new InvokeCommand({ FunctionName: 'orders', Qualifier, Payload: '{"tell":true}' });
    const { ExecutedVersion, Payload } = await client.send(command);
    expect([ExecutedVersion, JSON.parse(Payload?.transformToString() ?? '')]).toEqual([
      version,
      [version, version, arn],
    ]);
  });

  it('by which alias a route or a function URL calls it', async () => {
    for (const { url } of [cloud, cloud.functionUrls[0] ?? cloud]) {
      expect(await (await fetch(url)).json()).toEqual(['1', '1', `${ARN}:live`]);
    }
  });
});

it('A version or an alias that is not there is not invoked', async () => {
  await expect(invoke('orders', 'beta')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Function not found: orders:beta',
  });
});
