/** The event source mappings of a template come to run. */
import type { Cleanup, Running } from '../../../engine/boot/cleanup.ts';
import { type Part, partsOf } from '../../../engine/boot/resource-kind.ts';
import { type Faults, NO_FAULTS } from '../../../engine/chaos/faults.ts';
import type { Log } from '../../../engine/log.ts';
import { type Directory, requiredFunction, requiredQueue } from '../../destinations.ts';
import type { TablePart } from '../../dynamodb/table.resource.ts';
import type { ShownMapping } from '../lambda-answers.ts';
import { chaoticBatches } from './chaotic-batches.ts';
import type { QueueMappingPart, StreamMappingPart } from './event-source-mapping.resource.ts';
import { startQueueMapping } from './queue-mapping.ts';
import { startStreamMapping } from './table-stream-mapping.ts';

/** Starts every enabled mapping and gives all of them by id. `streamArns` are those of the database, by table name. */
export function startMappings(
  parts: readonly Part[],
  directory: Directory,
  database: { readonly endpoint: string; readonly streamArns: ReadonlyMap<string, string> },
  cleanup: Cleanup,
  log: Log,
  faults: Faults = NO_FAULTS,
): Map<string, ShownMapping> {
  const shown = new Map<string, ShownMapping>();
  for (const part of [
    ...partsOf<QueueMappingPart>(parts, 'queue-mapping'),
    ...partsOf<StreamMappingPart>(parts, 'stream-mapping'),
  ]) {
    const target = requiredFunction(directory, part.functionArn);
    const running = part.enabled ? start() : undefined;
    if (running !== undefined) cleanup.add(() => running.stop());
    shown.set(part.id, {
      id: part.id,
      sourceArn: part.sourceArn,
      functionArn: target.arn,
      batchSize: part.batchSize,
      enabled: part.enabled,
      live: () => running?.live() ?? false,
    });

    function start(): Running {
      if (part.kind === 'queue-mapping') {
        return startQueueMapping({ ...part, queue: requiredQueue(directory, part.sourceArn), target }, log);
      }
      const table = partsOf<TablePart>(parts, 'table').find(({ streamArn }) => streamArn === part.sourceArn);
      const streamArn = database.streamArns.get(table?.name ?? '');
      if (table === undefined || streamArn === undefined) throw new Error(`There is no stream ${part.sourceArn}.`);
      return startStreamMapping(
        {
          ...part,
          target: chaoticBatches(target, table.name, faults),
          tableName: table.name,
          streamArn,
          onFailure: part.onFailureArn === undefined ? undefined : requiredQueue(directory, part.onFailureArn),
          dynamodbEndpoint: database.endpoint,
        },
        log,
      );
    }
  }
  return shown;
}
