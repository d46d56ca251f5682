/** A person is told of all faults at once, and of those of one type that are alike in one line. */
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

const ADVICE = 'To start without what does not run, by its type or as <stack>/<logical id>:';

it('Each type of a REST API is a line that names the way out, and only places are shortened', () => {
  const methods = Object.fromEntries(['Get', 'Put', 'Post', 'Patch', 'Delete'].map((id) => [id, rest('Method')]));
  const reason = 'a REST API does not run here; an HTTP API does (HttpApi of aws-cdk-lib/aws-apigatewayv2)';
  expect(told({ Api: rest('RestApi'), Users: rest('Resource'), ...methods })).toEqual([
    `  App/Api, AWS::ApiGateway::RestApi: ${reason}`,
    `  App/Users, AWS::ApiGateway::Resource: ${reason}`,
    `  5 times AWS::ApiGateway::Method: ${reason}: App/Get, App/Put, App/Post and 2 more`,
    `${ADVICE} --without AWS::ApiGateway::RestApi --without AWS::ApiGateway::Resource --without AWS::ApiGateway::Method`,
  ]);
});

it('Every type that is not known is named, however many there are', () => {
  const types = ['SES::Template', 'S3::Bucket', 'EC2::VPC', 'EC2::Subnet', 'RDS::DBCluster'].map(
    (type) => `AWS::${type}`,
  );
  const lines = told(
    Object.fromEntries(
      types.flatMap((Type, index) => [[`A${index}`, { Type }] as const, [`B${index}`, { Type }] as const]),
    ),
  );
  expect(lines.slice(0, -1)).toEqual(
    types.map(
      (type, index) => `  2 times ${type}: this type is not known to the local cloud: App/A${index}, App/B${index}`,
    ),
  );
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
    `${ADVICE} --without AWS::S3::Bucket`,
  ]);
  expect(told({ Queue: rule(queue) })).toEqual([expect.stringContaining('there is no queue or function')]);
});
