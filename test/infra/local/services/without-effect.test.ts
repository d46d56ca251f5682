/** What a laptop has no use for stands in nobody's way. */
import { expect, it } from 'vitest';
import { partsOf } from '../../../../infra/local/engine/boot/resource-kind.ts';
import type { FunctionPart } from '../../../../infra/local/services/lambda/function.resource.ts';
import { inlineFunction, planned, stackOf } from '../engine/boot/planned.ts';

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
