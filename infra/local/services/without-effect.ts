/** Types of resource that have no effect on a laptop, and what they are called in the rest of the template. */

import type { Made, ResourceKind } from '../engine/boot/resource-kind.ts';
import { arn, type Place, physicalName, stableUuid } from '../engine/place.ts';
import type { ResourceValues } from '../engine/template/template-scope.ts';

/** Keys, logs, traces, alarms, archives, schemas, people, scaling and gradual deployment are for those who run the real thing. */
export const kindsWithoutEffect: Readonly<Record<string, ResourceKind>> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': named(),
  'AWS::ApplicationAutoScaling::ScalingPolicy': named(),
  'AWS::CDK::Metadata': named(),
  'AWS::CloudFormation::WaitConditionHandle': named(),
  'AWS::CloudWatch::Alarm': named((place, name) => ({ Arn: arn(place, 'cloudwatch', `alarm:${name}`) })),
  'AWS::CloudWatch::AnomalyDetector': named((_, name) => ({ Id: name })),
  'AWS::CloudWatch::CompositeAlarm': named((place, name) => ({ Arn: arn(place, 'cloudwatch', `alarm:${name}`) })),
  'AWS::CloudWatch::Dashboard': named(),
  'AWS::CodeDeploy::Application': named(),
  'AWS::CodeDeploy::DeploymentGroup': named(),
  'AWS::EventSchemas::Discoverer': byArn('schemas', 'discoverer', (arn, name) => ({
    CrossAccount: 'false',
    DiscovererArn: arn,
    DiscovererId: name,
    State: 'STARTED',
  })),
  'AWS::EventSchemas::Registry': byArn('schemas', 'registry', (arn, name) => ({
    RegistryArn: arn,
    RegistryName: name,
  })),
  'AWS::EventSchemas::RegistryPolicy': named((_, name) => ({ Id: name })),
  'AWS::EventSchemas::Schema': byArn('schemas', 'schema', (arn, name) => ({
    SchemaArn: arn,
    SchemaName: name,
    SchemaVersion: '1',
  })),
  'AWS::Events::Archive': named((place, name) => ({ Arn: arn(place, 'events', `archive/${name}`), ArchiveName: name })),
  'AWS::Events::EventBusPolicy': named(),
  'AWS::IAM::Group': named((place, name) => ({ Arn: iam(place, `group/${name}`) })),
  'AWS::IAM::User': named((place, name) => ({ Arn: iam(place, `user/${name}`) })),
  'AWS::KMS::Alias': named(),
  'AWS::KMS::Key': { make: (_, place) => key(place, stableUuid(place)) },
  'AWS::Logs::MetricFilter': named(),
  'AWS::Logs::QueryDefinition': named((_, name) => ({ QueryDefinitionId: name })),
  'AWS::Logs::ResourcePolicy': named(),
  'AWS::ResourceGroups::Group': named((place, name) => ({ Arn: arn(place, 'resource-groups', `group/${name}`) })),
  'AWS::SNS::TopicInlinePolicy': named(),
  'AWS::SNS::TopicPolicy': named((_, name) => ({ Id: name })),
  'AWS::XRay::Group': byArn('xray', 'group', (arn) => ({ GroupARN: arn })),
  'AWS::XRay::SamplingRule': byArn('xray', 'sampling-rule', (arn) => ({ RuleARN: arn })),
  // What CDK writes for a log group that rules deliver to.
  'Custom::CloudwatchLogResourcePolicy': named(),
  // What CDK writes for the `logRetention` of a function.
  'Custom::LogRetention': named((_, name) => ({ LogGroupName: name })),
};

/** Policies, where a run checks no rights. */
export const rightsWithoutEffect: Readonly<Record<string, ResourceKind>> = {
  'AWS::IAM::ManagedPolicy': named((place, name) => ({ PolicyArn: iam(place, `policy/${name}`) })),
  'AWS::IAM::Policy': named((_, name) => ({ Id: name })),
  'AWS::Lambda::Permission': named((_, name) => ({ Id: name })),
  'AWS::SQS::QueueInlinePolicy': named(),
  'AWS::SQS::QueuePolicy': named((_, name) => ({ Id: name })),
};

function named(attributes: (place: Place, name: string) => ResourceValues['attributes'] = () => ({})): ResourceKind {
  return {
    make: (_, place) => {
      const name = physicalName(place, 64);
      return { values: { ref: name, attributes: attributes(place, name) } };
    },
  };
}

/** What `Ref` gives the ARN of. */
function byArn(
  service: string,
  kind: string,
  attributes: (arn: string, name: string) => ResourceValues['attributes'],
): ResourceKind {
  return {
    make: (_, place) => {
      const name = physicalName(place, 64);
      const ref = arn(place, service, `${kind}/${name}`);
      return { values: { ref, attributes: attributes(ref, name) } };
    },
  };
}

function key(place: Place, id: string): Made {
  return { values: { ref: id, attributes: { Arn: arn(place, 'kms', `key/${id}`), KeyId: id } } };
}

function iam(place: Place, resource: string): string {
  return `arn:aws:iam::${place.account}:${resource}`;
}
