/** A type that a person leaves out stands in nobody's way, and is told at the start. */
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../../../infra/local/engine/boot/resource-kind.ts';
import { readPlan } from '../../../../../infra/local/read-plan.ts';
import type { FunctionPart } from '../../../../../infra/local/services/lambda/function.resource.ts';
import { inline, writtenAssembly } from '../../written-assembly.ts';

const get = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });
const mail = (name: string) => ({ Type: 'AWS::SES::Template', Properties: { Template: { 'Fn::Unheard': name } } });
const Variables = {
  NAME: { Ref: 'Welcome' },
  ID: get('Welcome', 'Id'),
  ARN: get('Files', 'Arn'),
  KEY: { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: 'Key' }] }] },
  REGION: { 'Fn::Select': [3, { 'Fn::Split': [':', get('Files', 'Arn')] }] },
};
const Resources = {
  Welcome: mail('a'),
  Goodbye: mail('b'),
  Files: { Type: 'AWS::S3::Bucket' },
  Key: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: { Ref: 'Key' } } },
  FilesPolicy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Files' } } },
  Role: { Type: 'AWS::IAM::Role' },
  F: { ...inline('exports.handler = async () => 1;', Variables) },
};
const assembly = writtenAssembly({
  Shop: {
    template: {
      Resources: {
        ...Resources,
        F: { ...Resources.F, Properties: { ...Resources.F.Properties, Role: get('Role', 'Arn') } },
      },
      Outputs: { Files: { Value: get('Files', 'WebsiteURL') } },
    },
  },
});
const plan = (...without: string[]) =>
  readPlan({ assembly, without }, 0, { sqs: 'http://sqs', eventBridge: 'http://bus:1' });

describe('A type that is left out', () => {
  it('is neither looked at nor started, and gives texts to what refers to it', async () => {
    const { parts, outputs, leftOut } = await plan('AWS::SES::Template', 'AWS::S3::*', 'Shop/Key');
    expect(partsOf<FunctionPart>(parts, 'function')[0]?.variables).toEqual({
      NAME: 'Welcome',
      KEY: 'Key-local0',
      ID: 'Welcome.Id',
      ARN: 'arn:aws:s3:eu-west-1:000000000000:Files',
      REGION: 'eu-west-1',
    });
    expect(outputs).toEqual({ Shop: { Files: 'Files.WebsiteURL' } });
    expect(leftOut).toEqual([
      'left out: 2 AWS::SES::Template: Shop/Welcome, Shop/Goodbye',
      'left out: 1 AWS::S3::Bucket: Shop/Files',
      'left out: 1 AWS::SecretsManager::Secret: Shop/Key',
      'left out: 1 AWS::S3::BucketPolicy: Shop/FilesPolicy',
    ]);
  });

  it('leaves the others as they are, and the faults say how to leave one out', async () => {
    await expect(plan('Shop/Welcome', 'AWS::S3::BucketPolicy', 'Shop/Key')).rejects.toThrow(
      /^The local cloud cannot run this template:\n {2}Shop\/Goodbye, AWS::SES::Template: [^\n]*\n {2}Shop\/Files, AWS::S3::Bucket: this type is not known to the local cloud\nTo start without .*: --without AWS::SES::Template --without AWS::S3::Bucket$/,
    );
  });

  it('has to be in a stack', async () => {
    await expect(plan('AWS::SES::Tempalte', 'AWS::EC2::*', 'Shop/Lock')).rejects.toThrow(
      'No stack has AWS::SES::Tempalte, AWS::EC2::*, Shop/Lock: a type, or <stack>/<logical id>.',
    );
  });
});
