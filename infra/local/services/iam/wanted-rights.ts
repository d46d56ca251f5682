/**
 * What the parts of an assembly ask of others for which a policy must let them: to read a queue or stream for a function, to invoke it, to
 * send something to a queue or a topic.
 */
import { type Part, partsOf } from '../../engine/boot/resource-kind.ts';
import type { ApiPart, IntegrationPart, StagePart } from '../api-gateway/http-api.resource.ts';
import type { RoutePart } from '../api-gateway/route.resource.ts';
import { eventContext } from '../eventbridge/eventbridge-rights.ts';
import type { RulePart } from '../eventbridge/rule.resource.ts';
import type { AsyncInvocationPart } from '../lambda/event-invoke-config.resource.ts';
import { type FunctionPart, functionPart } from '../lambda/function.resource.ts';
import type { FunctionUrlPart } from '../lambda/function-url/function-url.resource.ts';
import type { QueueMappingPart, StreamMappingPart } from '../lambda/mappings/event-source-mapping.resource.ts';
import { scheduleParts } from '../scheduler/schedule.resource.ts';
import type { SubscriptionDefinition, SubscriptionPart, TopicPart } from '../sns/topic.resource.ts';
import type { RequestContext } from './policy-conditions.ts';

/** Who asks for what, and where the template says so. */
export type Wanted = {
  readonly part: Part;
  readonly property: string;
  readonly by:
    | { readonly role: string | undefined }
    | { readonly service: string; readonly sourceArn: string }
    /** Through a function URL. */
    | 'everybody';
  readonly actions: readonly string[];
  readonly resource: string;
  /** What is known of the request besides who asks. */
  readonly context?: RequestContext;
};

/** In the order in which they are told. */
export function wantedRights(parts: readonly Part[]): Wanted[] {
  return [
    ...readSources(parts),
    ...partsOf<FunctionPart>(parts, 'function').flatMap((part) => destinations(part, parts)),
    ...ruleTargets(parts),
    ...subscriptions(parts),
    ...scheduleTargets(parts),
    ...routeTargets(parts),
    ...openUrls(parts),
  ];
}

/** Source: the Lambda guide, permissions of event source mappings; without them a mapping cannot be made. */
const READING = {
  'queue-mapping': ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  'stream-mapping': [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
  ],
} as const;

function readSources(parts: readonly Part[]): Wanted[] {
  const queues = partsOf<QueueMappingPart>(parts, 'queue-mapping');
  const streams = partsOf<StreamMappingPart>(parts, 'stream-mapping');
  const roleOf = ({ functionName }: { readonly functionName: string }) => ({
    role: functionPart(parts, functionName)?.roleArn,
  });
  return [
    ...[...queues, ...streams].map((part) => ({
      part,
      property: 'EventSourceArn',
      by: roleOf(part),
      actions: READING[part.kind],
      resource: part.sourceArn,
    })),
    ...streams.flatMap((part) =>
      delivery(part, 'DestinationConfig.OnFailure.Destination', roleOf(part), part.onFailureArn),
    ),
  ];
}

/** What a function could not do, and what it has done, is sent on by its own role. */
function destinations(part: FunctionPart, parts: readonly Part[]): Wanted[] {
  const by = { role: part.roleArn };
  const settings = partsOf<AsyncInvocationPart>(parts, 'async-invocation').filter(
    ({ functionName }) => functionName === part.name,
  );
  return [
    ...delivery(part, 'DeadLetterConfig.TargetArn', by, part.deadLetterArn),
    ...settings.flatMap((setting) => [
      ...delivery(setting, 'DestinationConfig.OnFailure.Destination', by, setting.onFailureArn),
      ...delivery(setting, 'DestinationConfig.OnSuccess.Destination', by, setting.onSuccessArn),
    ]),
  ];
}

function ruleTargets(parts: readonly Part[]): Wanted[] {
  return partsOf<RulePart>(parts, 'rule').flatMap((part) => {
    const by = { service: 'events.amazonaws.com', sourceArn: part.definition.arn };
    return part.targets.flatMap(({ arn, deadLetterArn }, index) => [
      ...delivery(part, `Targets[${index}].Arn`, by, arn),
      ...delivery(part, `Targets[${index}].DeadLetterConfig.Arn`, by, deadLetterArn),
    ]);
  });
}

/** SNS asks queues and functions; a person has no policy. */
function subscriptions(parts: readonly Part[]): Wanted[] {
  const wanted = (part: Part, property: string, { topicArn, endpoint, deadLetterArn }: SubscriptionDefinition) => {
    const by = { service: 'sns.amazonaws.com', sourceArn: topicArn };
    return [...delivery(part, property, by, endpoint), ...delivery(part, 'RedrivePolicy', by, deadLetterArn)];
  };
  return [
    ...partsOf<SubscriptionPart>(parts, 'subscription').flatMap((part) => wanted(part, 'Endpoint', part.definition)),
    ...partsOf<TopicPart>(parts, 'topic').flatMap((part) =>
      part.subscriptions.flatMap((each, index) => wanted(part, `Subscription[${index}].Endpoint`, each)),
    ),
  ];
}

/** A schedule acts as its role, which needs no permission of a function. */
function scheduleTargets(parts: readonly Part[]): Wanted[] {
  return scheduleParts(parts).flatMap((part) => {
    const { Arn, RoleArn, DeadLetterConfig, EventBridgeParameters } = part.schedule.Target;
    const by = { role: RoleArn };
    return [
      ...delivery(part, 'Target.Arn', by, Arn).map((each) => ({
        ...each,
        context: eventContext({ ...EventBridgeParameters }),
      })),
      ...delivery(part, 'Target.DeadLetterConfig.Arn', by, DeadLetterConfig?.Arn),
    ];
  });
}

/** Source: the API Gateway guide, "Lambda permissions of HTTP APIs". */
function routeTargets(parts: readonly Part[]): Wanted[] {
  const integrations = partsOf<IntegrationPart>(parts, 'integration');
  return partsOf<RoutePart>(parts, 'route').flatMap((part) => {
    const integration = integrations.find(({ id }) => id === part.integrationId);
    const api = partsOf<ApiPart>(parts, 'api').find(({ definition }) => definition.apiId === part.apiId);
    const stage = partsOf<StagePart>(parts, 'stage').find(({ apiId }) => apiId === part.apiId);
    if (integration === undefined || api === undefined || stage === undefined) return [];
    const [method = '', path = ''] = part.routeKey.split(' ');
    const { region, account } = api.place;
    const sourceArn = `arn:aws:execute-api:${region}:${account}:${part.apiId}/${stage.name}/${method}${path}`;
    return delivery(part, 'Target', { service: 'apigateway.amazonaws.com', sourceArn }, integration.functionArn);
  });
}

/** Source: the Lambda guide, "Control access to function URLs"; both rights since October 2025. */
function openUrls(parts: readonly Part[]): Wanted[] {
  return partsOf<FunctionUrlPart>(parts, 'function-url')
    .filter(({ authorization }) => authorization === 'NONE')
    .map((part) => ({
      part,
      property: 'AuthType',
      by: 'everybody',
      actions: ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'],
      resource: part.functionArn,
    }));
}

/** The right to hand something to what the ARN names. Policies of topics are not read, so of a topic only a role is asked. */
function delivery(part: Part, property: string, by: Wanted['by'], arn: string | undefined): Wanted[] {
  if (arn === undefined) return [];
  const service = arn.split(':')[2] ?? '';
  const action = {
    sqs: 'sqs:SendMessage',
    sns: by !== 'everybody' && 'role' in by ? 'sns:Publish' : undefined,
    lambda: 'lambda:InvokeFunction',
    events: 'events:PutEvents',
  }[service];
  return action === undefined ? [] : [{ part, property, by, actions: [action], resource: arn }];
}
