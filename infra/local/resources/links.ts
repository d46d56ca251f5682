/** Is everything there that the parts of a template name by ARN, name or key? */
import { existsSync } from 'node:fs';
import type { AssetFiles } from '../assembly/asset-files.ts';
import type { Fault } from '../template/template.ts';
import { plainFunctionName } from './function.ts';
import { type FunctionPart, type Part, partsOf, type QueueMappingPart } from './parts.ts';

/** One fault for each reference that leads to nothing in the assembly, and for names that were given twice. */
export function linkFaults(parts: readonly Part[], assets: AssetFiles): Fault[] {
  const faults: Fault[] = [];
  const functions = new Set(partsOf(parts, 'function').map(({ name }) => name));
  const queues = new Set(partsOf(parts, 'queue').map(({ definition }) => definition.arn));
  const streams = new Set(partsOf(parts, 'table').map(({ streamArn }) => streamArn));
  const buses = new Set(partsOf(parts, 'bus').map(({ definition }) => definition.arn));
  const apis = new Set(partsOf(parts, 'api').map(({ definition }) => definition.apiId));
  const stages = new Set(partsOf(parts, 'stage').map(({ apiId }) => apiId));
  const integrations = new Set(partsOf(parts, 'integration').map(({ id }) => id));
  const isFunction = (arn: string) => arn.includes(':function:') && functions.has(plainFunctionName(arn));

  for (const part of parts) {
    const need = (there: boolean, property: string, what: string, value: string) => {
      if (!there) faults.push(faultOf(part, property, `there is no ${what} ${value} in the assembly`));
    };
    const needQueue = (arn: string | undefined, property: string) => {
      if (arn !== undefined) need(queues.has(arn), property, 'queue', arn);
    };
    switch (part.kind) {
      case 'queue':
        needQueue(part.redrive?.targetArn, 'RedrivePolicy.deadLetterTargetArn');
        break;
      case 'function':
        faults.push(...codeFaults(part, assets));
        needQueue(part.deadLetterArn, 'DeadLetterConfig.TargetArn');
        break;
      case 'async-invocation': {
        const arn = part.onFailureArn;
        need(functions.has(part.functionName), 'FunctionName', 'function', part.functionName);
        if (arn !== undefined) {
          need(queues.has(arn) || isFunction(arn), 'DestinationConfig.OnFailure', 'queue or function', arn);
        }
        break;
      }
      case 'rule':
        if (!part.busArn.endsWith('/default')) need(buses.has(part.busArn), 'EventBusName', 'event bus', part.busArn);
        for (const [index, { arn, deadLetterArn }] of part.targets.entries()) {
          need(queues.has(arn) || isFunction(arn), `Targets[${index}].Arn`, 'queue or function', arn);
          needQueue(deadLetterArn, `Targets[${index}].DeadLetterConfig.Arn`);
        }
        break;
      case 'stage':
        need(apis.has(part.apiId), 'ApiId', 'HTTP API', part.apiId);
        break;
      case 'integration':
        need(apis.has(part.apiId), 'ApiId', 'HTTP API', part.apiId);
        need(functions.has(part.functionName), 'IntegrationUri', 'function', part.functionName);
        break;
      case 'route':
        need(apis.has(part.apiId), 'ApiId', 'HTTP API', part.apiId);
        need(integrations.has(part.integrationId), 'Target', 'integration', part.integrationId);
        break;
      case 'queue-mapping':
        need(queues.has(part.sourceArn), 'EventSourceArn', 'queue', part.sourceArn);
        need(functions.has(part.functionName), 'FunctionName', 'function', part.functionName);
        faults.push(...visibilityFaults(part, parts));
        break;
      case 'stream-mapping':
        need(streams.has(part.sourceArn), 'EventSourceArn', 'table with a stream', part.sourceArn);
        need(functions.has(part.functionName), 'FunctionName', 'function', part.functionName);
        needQueue(part.onFailureArn, 'DestinationConfig.OnFailure.Destination');
        break;
      case 'api':
        need(stages.has(part.definition.apiId), 'ApiId', 'stage of this API', part.definition.apiId);
        break;
      case 'table':
      case 'bus':
        break;
    }
  }
  return [...faults, ...twice(parts)];
}

/** Lambda refuses a mapping whose function may run for longer than its messages are hidden, with this reason. */
function visibilityFaults(part: QueueMappingPart, parts: readonly Part[]): Fault[] {
  const queue = partsOf(parts, 'queue').find(({ definition }) => definition.arn === part.sourceArn);
  const target = partsOf(parts, 'function').find(({ name }) => name === part.functionName);
  const [hidden, limit] = [queue?.definition.visibilityTimeoutMs ?? 0, target?.timeoutMs ?? 0];
  if (queue === undefined || target === undefined || hidden >= limit) return [];
  const reason = `Queue visibility timeout: ${hidden / 1_000} seconds is less than Function timeout: ${limit / 1_000} seconds`;
  return [faultOf(part, 'EventSourceArn', reason)];
}

function codeFaults(part: FunctionPart, assets: AssetFiles): Fault[] {
  if ('inline' in part.code) return [];
  const asset = assets.get(part.code.key);
  if (asset === undefined) {
    return [faultOf(part, 'Code.S3Key', `no asset of the assembly has the key ${part.code.key}`)];
  }
  if (asset.packaging !== 'zip' || asset.path === undefined) {
    return [faultOf(part, 'Code.S3Key', 'the asset is a file; only a folder of code runs locally')];
  }
  return existsSync(asset.path) ? [] : [faultOf(part, 'Code.S3Key', `the asset folder ${asset.path} is missing`)];
}

/** Names that the service keeps apart; and a second stage, which a local API has no address for. */
function twice(parts: readonly Part[]): Fault[] {
  const seen = new Set<string>();
  return parts.flatMap((part) => {
    const key = identity(part);
    if (key === undefined) return [];
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [faultOf(part, undefined, `there is already a ${key} in the assembly`)];
  });
}

function identity(part: Part): string | undefined {
  switch (part.kind) {
    case 'table':
    case 'function':
      return `${part.kind} ${part.name}`;
    case 'queue':
    case 'bus':
      return `${part.kind} ${part.definition.name}`;
    case 'rule':
      return `rule ${part.definition.arn}`;
    case 'stage':
      return `stage of the API ${part.apiId}`;
    case 'route':
      return `route ${part.routeKey} of the API ${part.apiId}`;
    default:
      return undefined;
  }
}

function faultOf({ place }: Part, property: string | undefined, reason: string): Fault {
  return { stack: place.stack, logicalId: place.logicalId, cdkPath: place.cdkPath, type: place.type, property, reason };
}
