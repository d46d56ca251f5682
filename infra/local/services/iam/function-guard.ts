/** What a function of the templates is given to check its requests with. */
import { type Part, partsOf } from '../../engine/boot/resource-kind.ts';
import type { TablePart } from '../dynamodb/table.resource.ts';
import type { FunctionPart } from '../lambda/function.resource.ts';
import type { Endpoints } from '../lambda/function-environment.ts';
import type { QueuePart } from '../sqs/queue.resource.ts';
import type { KnownResources, KnownTable } from './function-request.ts';
import type { ConnectionGuard } from './function-rights.ts';
import { type GrantedRights, placeName } from './granted-rights.ts';
import { rolePart } from './role.resource.ts';

/** Throws when the function has no role in the templates: that it has one was checked with them. */
export function functionGuard(
  part: FunctionPart,
  parts: readonly Part[],
  granted: GrantedRights,
  endpoints: Endpoints,
): ConnectionGuard {
  const role = rolePart(parts, part.roleArn ?? '');
  const statements = granted.ofRole(part.roleArn ?? '');
  if (role === undefined || statements === undefined) throw new Error(`The function ${part.name} has no role.`);
  const { account } = part.place;
  return {
    services: {
      [hostOf(endpoints.dynamodb)]: 'dynamodb',
      [hostOf(endpoints.eventBridge)]: 'events',
      [hostOf(endpoints.sqs)]: 'sqs',
      [hostOf(endpoints.sns)]: 'sns',
      [hostOf(endpoints.lambda)]: 'lambda',
      [hostOf(endpoints.scheduler)]: 'scheduler',
    },
    rights: {
      caller: `arn:aws:sts::${account}:assumed-role/${role.name}/${part.name}`,
      roleArn: role.arn,
      role: placeName(role),
      statements,
      here: knownResources(part, parts),
    },
  };
}

function knownResources({ place }: FunctionPart, parts: readonly Part[]): KnownResources {
  const tables = partsOf<TablePart>(parts, 'table').map((table) => [table.name, knownTable(table)]);
  const queues = partsOf<QueuePart>(parts, 'queue').map(({ definition }) => [definition.name, definition.arn]);
  return {
    account: place.account,
    region: place.region,
    tables: Object.fromEntries(tables),
    queues: Object.fromEntries(queues),
  };
}

function knownTable({ arn, streamArn, create }: TablePart): KnownTable {
  const { KeySchema, GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = create;
  const partitionKeys = [{ IndexName: '', KeySchema }, ...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map(
    ({ IndexName = '', KeySchema = [] }) => [
      IndexName,
      KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '',
    ],
  );
  return { arn, streamArn, partitionKeys: Object.fromEntries(partitionKeys) };
}

/** As an agent is given them: with the port, also where it is the usual one, and without the brackets of IPv6. */
function hostOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname.replace(/^\[(.*)\]$/, '$1')}:${port || '80'}`;
}
