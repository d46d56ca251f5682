/** Which types of resource does the local cloud know? */
import { asyncInvocationKinds } from './async-invocation.ts';
import { eventSourceMappingKinds } from './event-source-mapping.ts';
import { eventKinds } from './events.ts';
import { functionKinds } from './function.ts';
import { httpApiKinds } from './http-api.ts';
import { queueKinds } from './queue.ts';
import type { ResourceKind } from './resource-kind.ts';
import { tableKinds } from './table.ts';
import { kindsWithoutEffect } from './without-effect.ts';

/** By CloudFormation type. A type that is not here is a fault. */
export const resourceKinds: ReadonlyMap<string, ResourceKind> = new Map(
  Object.entries({
    ...tableKinds,
    ...queueKinds,
    ...functionKinds,
    ...asyncInvocationKinds,
    ...eventSourceMappingKinds,
    ...eventKinds,
    ...httpApiKinds,
    ...kindsWithoutEffect,
  }),
);
