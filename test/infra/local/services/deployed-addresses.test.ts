/** An address that a template joins by itself leads to this machine, as the one of an attribute does. */
import { App, CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, FunctionUrlAuthType, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { expect, it } from 'vitest';
import { partsOf } from '../../../../infra/local/engine/boot/resource-kind.ts';
import { readPlan } from '../../../../infra/local/read-plan.ts';
import { withLocalAddresses } from '../../../../infra/local/services/deployed-addresses.ts';
import type { FunctionPart } from '../../../../infra/local/services/lambda/function.resource.ts';
import { ownFolder } from '../written-assembly.ts';

const urls = new Map([['gntgtoaf06', 'http://127.0.0.1:3000']]);

it.each([
  ['https://gntgtoaf06.execute-api.eu-west-1.amazonaws.com/', 'http://127.0.0.1:3000/'],
  ['https://gntgtoaf06.execute-api.eu-west-1.amazonaws.com/live/a?b=c', 'http://127.0.0.1:3000/live/a?b=c'],
  ['https://gntgtoaf06.execute-api.cn-north-1.amazonaws.com.cn', 'http://127.0.0.1:3000'],
  ['https://gntgtoaf06.lambda-url.eu-west-1.on.aws/', 'http://127.0.0.1:3000/'],
  [
    'see https://gntgtoaf06.execute-api.eu-west-1.amazonaws.com. Or https://GNTGTOAF06.execute-api.eu-west-1.amazonaws.com:443/x',
    'see http://127.0.0.1:3000. Or http://127.0.0.1:3000/x',
  ],
  ['https://127.0.0.1:3000/x', 'http://127.0.0.1:3000/x'],
])('%s is %s', (deployed, local) => expect(withLocalAddresses(deployed, urls)).toBe(local));

it.each([
  'https://otherapi00.execute-api.eu-west-1.amazonaws.com/',
  'https://gntgtoaf06.execute-api.eu-west-1.amazonaws.com.example.org/',
  'https://gntgtoaf06.example.org/',
  'https://127.0.0.1:30001/',
  'arn:aws:execute-api:eu-west-1:000000000000:gntgtoaf06/*/GET/',
])('%s stays', (text) => expect(withLocalAddresses(text, urls)).toBe(text));

it('Outputs and variables of a CDK app with HTTP APIs and function URLs lead here, in other stacks too', async () => {
  const app = new App({ outdir: `${ownFolder()}/cdk.out` });
  const stack = new Stack(app, 'Shop');
  const props = {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => 1;'),
  };
  const target = new LambdaFunction(stack, 'Target', props);
  const api = new HttpApi(stack, 'Api', { defaultIntegration: new HttpLambdaIntegration('I', target) });
  const staged = new HttpApi(stack, 'Staged', { createDefaultStage: false });
  const live = new HttpStage(stack, 'Live', { httpApi: staged, stageName: 'live' });
  const functionUrl = target.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
  const host = Fn.select(2, Fn.split('/', functionUrl.url));
  new LambdaFunction(stack, 'Caller', {
    ...props,
    environment: {
      API: api.url ?? '',
      ENDPOINT: api.apiEndpoint,
      LIVE: `${live.url}/orders`,
      HOST: `https://${host}/`,
    },
  });
  new CfnOutput(stack, 'Url', { value: api.url ?? '' });
  const second = new Stack(app, 'Front');
  new LambdaFunction(second, 'Front', { ...props, environment: { API: `${api.url}orders` } });
  const assembly = app.synth().directory;

  const { parts, outputs, ports } = await readPlan({ assembly }, 0, { sqs: 'http://sqs', eventBridge: 'http://bus:1' });
  const [first, other, ofFunction] = [...ports.values()].map(({ port }) => `http://127.0.0.1:${port}`);
  const variables = (id: string) =>
    partsOf<FunctionPart>(parts, 'function').find(({ place }) => place.logicalId.startsWith(id))?.variables;
  expect(outputs.Shop?.Url).toBe(`${first}/`);
  expect(variables('Caller')).toMatchObject({
    API: `${first}/`,
    ENDPOINT: first,
    LIVE: `${other}/live/orders`,
    HOST: `${ofFunction}/`,
  });
  expect(variables('Front')).toMatchObject({ API: `${first}/orders` });
});
