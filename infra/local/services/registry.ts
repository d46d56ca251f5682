/** Every type of resource that the local cloud knows. */
import type { ResourceKinds } from '../engine/boot/resource-kind.ts';
import { authorizerKinds } from './api-gateway/authorizer/jwt-authorizer.resource.ts';
import { domainNameKinds } from './api-gateway/domain-name.resource.ts';
import { httpApiKinds } from './api-gateway/http-api.resource.ts';
import { restApiKinds } from './api-gateway/rest-api.resource.ts';
import { routeKinds } from './api-gateway/route.resource.ts';
import { userPoolKinds } from './cognito/user-pool.resource.ts';
import { tableKinds } from './dynamodb/table.resource.ts';
import { eventBusKinds } from './eventbridge/event-bus.resource.ts';
import { ruleKinds } from './eventbridge/rule.resource.ts';
import { policyKinds } from './iam/policy.resource.ts';
import { roleKinds, roleKindsWithoutRights } from './iam/role.resource.ts';
import { eventInvokeConfigKinds } from './lambda/event-invoke-config.resource.ts';
import { functionKinds } from './lambda/function.resource.ts';
import { functionUrlKinds } from './lambda/function-url/function-url.resource.ts';
import { eventSourceMappingKinds } from './lambda/mappings/event-source-mapping.resource.ts';
import { permissionKinds } from './lambda/permission.resource.ts';
import { qualifierKinds } from './lambda/qualifier.resource.ts';
import { logGroupKinds } from './logs/log-group.resource.ts';
import { scheduleKinds } from './scheduler/schedule.resource.ts';
import { scheduleGroupKinds } from './scheduler/schedule-group.resource.ts';
import { topicKinds } from './sns/topic.resource.ts';
import { queueKinds } from './sqs/queue.resource.ts';
import { queuePolicyKinds } from './sqs/queue-policy.resource.ts';
import { ssmParameterKinds } from './ssm/parameter.resource.ts';
import { kindsWithoutEffect, rightsWithoutEffect } from './without-effect.ts';

/** A type that is not here is a fault. */
export const resourceKinds: ResourceKinds = new Map(
  Object.entries({
    ...kindsWithoutEffect,
    ...userPoolKinds,
    ...tableKinds,
    ...queueKinds,
    ...functionKinds,
    ...qualifierKinds,
    ...functionUrlKinds,
    ...eventInvokeConfigKinds,
    ...eventSourceMappingKinds,
    ...eventBusKinds,
    ...ruleKinds,
    ...roleKinds,
    ...policyKinds,
    ...permissionKinds,
    ...queuePolicyKinds,
    ...scheduleGroupKinds,
    ...scheduleKinds,
    ...httpApiKinds,
    ...routeKinds,
    ...authorizerKinds,
    ...domainNameKinds,
    ...restApiKinds,
    ...topicKinds,
    ...logGroupKinds,
    ...ssmParameterKinds,
  }),
);

/** The same for a run that checks no rights: policies are not looked at. */
export const resourceKindsWithoutRights: ResourceKinds = new Map([
  ...resourceKinds,
  ...Object.entries({ ...roleKindsWithoutRights, ...rightsWithoutEffect }),
]);
