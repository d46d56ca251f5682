/** How do the event source mappings of a template come to run? */
import type { ShownMapping } from '../lambda-api/answers.ts';
import { startQueueMapping } from '../mappings/queue-mapping.ts';
import { startStreamMapping } from '../mappings/stream-mapping.ts';
import type { Directory, Log, Running } from '../ports.ts';
import { type Part, partsOf } from '../resources/parts.ts';
import type { Cleanup } from './cleanup.ts';
import { requiredFunction, requiredQueue } from './directory.ts';

/** Starts every enabled mapping and gives all of them by id. `streamArns` are those of the database, by table name. */
export function startMappings(
  parts: readonly Part[],
  directory: Directory,
  database: { readonly endpoint: string; readonly streamArns: ReadonlyMap<string, string> },
  cleanup: Cleanup,
  log: Log,
): Map<string, ShownMapping> {
  const shown = new Map<string, ShownMapping>();
  for (const part of [...partsOf(parts, 'queue-mapping'), ...partsOf(parts, 'stream-mapping')]) {
    const target = requiredFunction(directory, part.functionName);
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
      const table = partsOf(parts, 'table').find(({ streamArn }) => streamArn === part.sourceArn);
      const streamArn = database.streamArns.get(table?.name ?? '');
      if (table === undefined || streamArn === undefined) throw new Error(`There is no stream ${part.sourceArn}.`);
      return startStreamMapping(
        {
          ...part,
          target,
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
