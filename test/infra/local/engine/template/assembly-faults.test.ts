/** A person is told of all faults at once, and of those that are alike in one line. */
import { expect, it } from 'vitest';
import { AssemblyFaults } from '../../../../../infra/local/engine/template/assembly-faults.ts';
import { planned, stackOf } from '../boot/planned.ts';

function told(Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>): string[] {
  try {
    planned([stackOf({ Resources })]);
  } catch (error) {
    if (error instanceof AssemblyFaults) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}
const rest = (type: string) => ({ Type: `AWS::ApiGateway::${type}` });

it('The resources of a REST API are one line that names the way out', () => {
  expect(told({ Api: rest('RestApi'), Users: rest('Resource'), Get: rest('Method'), Put: rest('Method') })).toEqual([
    '  4 times AWS::ApiGateway::RestApi, AWS::ApiGateway::Resource, AWS::ApiGateway::Method: a REST API does not run here; ' +
      'an HTTP API does (HttpApi of aws-cdk-lib/aws-apigatewayv2): App/Api, App/Users, App/Get and 1 more',
  ]);
});

it('What the services refuse is told with types that are not known, but not what is missing only because of another fault', () => {
  const rule = (arn: string) => ({
    Type: 'AWS::Events::Rule',
    Properties: { EventPattern: { source: ['a'] }, Targets: [{ Id: 't', Arn: arn }] },
  });
  const queue = 'arn:aws:sqs:eu-west-1:000000000000:App-Q';
  expect(told({ Bucket: { Type: 'AWS::S3::Bucket' }, States: rule('arn:aws:states:x'), Queue: rule(queue) })).toEqual([
    '  App/Bucket, AWS::S3::Bucket: this type is not known to the local cloud',
    expect.stringContaining('App/States, AWS::Events::Rule, property Targets[0].Arn: a target of the service states'),
  ]);
  expect(told({ Queue: rule(queue) })).toEqual([expect.stringContaining('there is no queue or function')]);
});
