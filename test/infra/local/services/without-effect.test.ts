/** What a laptop has no use for stands in nobody's way. */
import { expect, it } from 'vitest';
import { partsOf } from '../../../../infra/local/engine/boot/resource-kind.ts';
import type { Template } from '../../../../infra/local/engine/template/template.ts';
import type { FunctionPart } from '../../../../infra/local/services/lambda/function.resource.ts';
import { inlineFunction, planned, stackOf } from '../engine/boot/planned.ts';

const seenBy = (
  Variables: Record<string, unknown>,
  Resources: Record<string, { Type: string; Properties?: object }>,
) => {
  const Seer = { ...inlineFunction, Properties: { ...inlineFunction.Properties, Environment: { Variables } } };
  const parts = planned([stackOf({ Resources: { ...(Resources as Template['Resources']), Seer } })]);
  return partsOf<FunctionPart>(parts, 'function').find(({ name }) => name === 'App-Seer')?.variables;
};
const get = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });

it('Keys, scaling, gradual deployment and log retention run nothing, and can be referred to', () => {
  const Variables = {
    key: { Ref: 'Key' },
    keyArn: get('Key', 'Arn'),
    keyId: get('Key', 'KeyId'),
    retained: get('Retention', 'LogGroupName'),
  };
  const parts = planned([
    stackOf({
      Resources: {
        Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } },
        KeyName: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/app', TargetKeyId: get('Key', 'Arn') } },
        Scaling: { Type: 'AWS::ApplicationAutoScaling::ScalableTarget', Properties: { MaxCapacity: 5 } },
        Policy: { Type: 'AWS::ApplicationAutoScaling::ScalingPolicy', Properties: { PolicyName: 'half' } },
        Deploy: { Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } },
        Group: { Type: 'AWS::CodeDeploy::DeploymentGroup', Properties: { ApplicationName: { Ref: 'Deploy' } } },
        Retention: { Type: 'Custom::LogRetention', Properties: { ServiceToken: get('F', 'Arn'), RetentionInDays: 1 } },
        F: inlineFunction,
        Seer: { ...inlineFunction, Properties: { ...inlineFunction.Properties, Environment: { Variables } } },
      },
    }),
  ]);
  expect(parts.map(({ kind }) => kind)).toEqual(['function']);
  const seen = partsOf<FunctionPart>(parts, 'function').find(({ name }) => name === 'App-Seer')?.variables;
  expect(seen?.key).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(seen).toEqual({
    key: seen?.key,
    keyArn: `arn:aws:kms:eu-west-1:000000000000:key/${seen?.key}`,
    keyId: seen?.key,
    retained: 'App-Retention',
  });
});

it('Queries, traces, schemas, people and domain names run nothing, and are called what CloudFormation calls them', () => {
  const Resources = {
    Query: { Type: 'AWS::Logs::QueryDefinition', Properties: { Name: 'q', QueryString: 'fields @message' } },
    Traces: { Type: 'AWS::XRay::Group', Properties: { GroupName: 'g' } },
    Sampling: { Type: 'AWS::XRay::SamplingRule' },
    Group: { Type: 'AWS::ResourceGroups::Group' },
    Detector: { Type: 'AWS::CloudWatch::AnomalyDetector' },
    Registry: { Type: 'AWS::EventSchemas::Registry' },
    Schema: { Type: 'AWS::EventSchemas::Schema' },
    Discoverer: { Type: 'AWS::EventSchemas::Discoverer' },
    RegistryPolicy: { Type: 'AWS::EventSchemas::RegistryPolicy' },
    User: { Type: 'AWS::IAM::User' },
    Team: { Type: 'AWS::IAM::Group' },
    Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
    Domain: {
      Type: 'AWS::ApiGatewayV2::DomainName',
      Properties: { DomainName: 'shop.example.org', DomainNameConfigurations: [{ CertificateArn: { Ref: 'Nobody' } }] },
    },
    Mapping: {
      Type: 'AWS::ApiGatewayV2::ApiMapping',
      Properties: { ApiId: 'a', DomainName: { Ref: 'Domain' }, Stage: 's' },
    },
    TopicPolicy: { Type: 'AWS::SNS::TopicInlinePolicy', Properties: { TopicArn: 't', PolicyDocument: {} } },
  };
  const seen = seenBy(
    {
      traces: { Ref: 'Traces' },
      sampling: get('Sampling', 'RuleARN'),
      group: get('Group', 'Arn'),
      detector: { Ref: 'Detector' },
      registry: { Ref: 'Registry' },
      registryName: get('Registry', 'RegistryName'),
      schema: get('Schema', 'SchemaArn'),
      user: { Ref: 'User' },
      userArn: get('User', 'Arn'),
      team: get('Team', 'Arn'),
      domain: { Ref: 'Domain' },
      regional: get('Domain', 'RegionalDomainName'),
    },
    Resources,
  );
  const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:000000000000:${resource}`;
  expect(seen).toEqual({
    traces: arn('xray', 'group/App-Traces'),
    sampling: arn('xray', 'sampling-rule/App-Sampling'),
    group: arn('resource-groups', 'group/App-Group'),
    detector: 'App-Detector',
    registry: arn('schemas', 'registry/App-Registry'),
    registryName: 'App-Registry',
    schema: arn('schemas', 'schema/App-Schema'),
    user: 'App-User',
    userArn: 'arn:aws:iam::000000000000:user/App-User',
    team: 'arn:aws:iam::000000000000:group/App-Team',
    domain: 'shop.example.org',
    regional: expect.stringMatching(/^d-\w{10}\.execute-api\.eu-west-1\.amazonaws\.com$/),
  });
});

it("A function runs without AWS's own extensions, and with what says no to snapshots", () => {
  const layer = (account: string, name: string) => `arn:aws:lambda:eu-west-1:${account}:layer:${name}:53`;
  const Layers = [
    layer('580247275435', 'LambdaInsightsExtension'),
    layer('580247275435', 'LambdaInsightsExtension-Arm64'),
    layer('015030872274', 'AWS-Parameters-and-Secrets-Lambda-Extension'),
  ];
  const Properties = { ...inlineFunction.Properties, Layers, SnapStart: { ApplyOn: 'None' } };
  expect(planned([stackOf({ Resources: { F: { ...inlineFunction, Properties } } })])).toHaveLength(1);
});
