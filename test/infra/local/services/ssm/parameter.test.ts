/** A parameter of SSM in the templates is a value that the others can use. */
import { App, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringListParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { expect, it } from 'vitest';
import { readCloudAssembly } from '../../../../../infra/local/engine/assembly/cloud-assembly.ts';
import { partsOf } from '../../../../../infra/local/engine/boot/resource-kind.ts';
import type { FunctionPart } from '../../../../../infra/local/services/lambda/function.resource.ts';
import { faultsOf, nothingGiven, planned, stackOf } from '../../engine/boot/planned.ts';
import { ownFolder } from '../../written-assembly.ts';

it('Variables, references and parameters of later stacks have its value, whatever a file says', () => {
  const app = new App({ outdir: `${ownFolder()}/cdk.out` });
  const props = {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = 1;'),
  };
  const first = new Stack(app, 'First');
  const queue = new Queue(first, 'Queue', { queueName: 'orders' });
  const url = new StringParameter(first, 'Url', { parameterName: '/orders/url', stringValue: queue.queueUrl });
  const list = new StringListParameter(first, 'List', { stringListValue: ['a', 'b'] });
  new LambdaFunction(first, 'Own', {
    ...props,
    environment: { NAME: url.parameterName, VALUE: url.stringValue, LIST: `${list.parameterName}` },
  });
  const second = new Stack(app, 'Second');
  second.addStackDependency(first);
  new LambdaFunction(second, 'Other', {
    ...props,
    environment: {
      PARAMETER: StringParameter.valueForStringParameter(second, '/orders/url'),
      REFERENCE: '{{resolve:ssm:/orders/url}}/x',
    },
  });
  const { stacks } = readCloudAssembly(app.synth().directory);

  const given = { ...nothingGiven, ssm: { '/orders/url': 'from the file' } };
  const [own, other] = partsOf<FunctionPart>(planned(stacks, new Map(), given), 'function');
  const value = 'http://sqs/000000000000/orders';
  expect(own?.variables).toMatchObject({
    NAME: '/orders/url',
    VALUE: value,
    LIST: expect.stringMatching(/^First-List/),
  });
  expect(other?.variables).toMatchObject({ PARAMETER: value, REFERENCE: `${value}/x` });
});

it('What no template makes has no value without a file', () => {
  const Resources = {
    P: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: '{{resolve:ssm:/none}}' } },
  };
  expect(faultsOf(stackOf({ Resources }))).toEqual([
    expect.stringContaining('App/P, AWS::SSM::Parameter, property Value: the SSM parameter /none has no value here'),
  ]);
});
