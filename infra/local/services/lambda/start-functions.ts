/** The functions of a template come to run, each with its code, environment and failure destinations. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AssetFiles } from '../../engine/assembly/asset-files.ts';
import type { Cleanup } from '../../engine/boot/cleanup.ts';
import { type Part, partsOf } from '../../engine/boot/resource-kind.ts';
import { type Faults, NO_FAULTS } from '../../engine/chaos/faults.ts';
import { systemClock } from '../../engine/local-clock.ts';
import type { Log } from '../../engine/log.ts';
import { type Directory, handOver, requiredQueue } from '../destinations.ts';
import type { ConnectionGuard } from '../iam/function-rights.ts';
import type { AsyncInvocationPart } from './event-invoke-config.resource.ts';
import type { FunctionPart } from './function.resource.ts';
import { type Endpoints, functionDefinition } from './function-environment.ts';
import { createFunction } from './local-function.ts';

/** Starts every function and enters it in the directory. */
export async function startFunctions(
  parts: readonly Part[],
  assets: AssetFiles,
  endpoints: Endpoints,
  directory: Directory,
  cleanup: Cleanup,
  log: Log,
  faults: Faults = NO_FAULTS,
  guardOf: (part: FunctionPart) => ConnectionGuard | undefined = () => undefined,
): Promise<void> {
  const settings = new Map(
    partsOf<AsyncInvocationPart>(parts, 'async-invocation').map((part) => [part.functionName, part]),
  );
  for (const part of partsOf<FunctionPart>(parts, 'function')) {
    const folder = await codeFolder(part, assets);
    cleanup.addLast(folder.remove);
    const setting = settings.get(part.name);
    const onAsyncFailure = failureDestination(part, setting, directory, log);
    const onAsyncSuccess = recordDestination(part, setting?.onSuccessArn, directory, log);
    const destinations = { onAsyncFailure, onAsyncSuccess };
    const definition = functionDefinition(part, folder.path, endpoints, setting, destinations, guardOf(part));
    const running = createFunction(definition, log, systemClock, faults);
    cleanup.add(() => running.stop());
    directory.functions.set(part.arn, running);
  }
}

type AsyncFailure = {
  readonly requestContext: { readonly requestId: string };
  readonly requestPayload: unknown;
  readonly responsePayload?: { readonly errorMessage: string };
};

/**
 * A destination gets the record of the failure; a dead-letter queue the event itself, with the error as attributes.
 * Source: the Lambda guide, "Retaining records of asynchronous invocations".
 */
function failureDestination(
  part: FunctionPart,
  setting: AsyncInvocationPart | undefined,
  directory: Directory,
  log: Log,
): ((record: unknown) => void) | undefined {
  const { deadLetterArn } = part;
  const toDestination = recordDestination(part, setting?.onFailureArn, directory, log);
  if (deadLetterArn === undefined) return toDestination;
  return (record) => {
    toDestination?.(record);
    // What an asynchronous invocation hands over when it fails for good.
    const { requestContext, requestPayload, responsePayload } = record as AsyncFailure;
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    requiredQueue(directory, deadLetterArn).send({
      body: JSON.stringify(requestPayload),
      attributes: {
        RequestID: text(requestContext.requestId),
        ErrorCode: { DataType: 'Number', StringValue: responsePayload === undefined ? '429' : '200' },
        ErrorMessage: text((responsePayload?.errorMessage || 'Rate Exceeded.').slice(0, 1_024)),
      },
    });
  };
}

/** Hands records of invocations to the queue, function or topic with the ARN; nothing without one. */
function recordDestination(
  { name }: FunctionPart,
  arn: string | undefined,
  directory: Directory,
  log: Log,
): ((record: unknown) => void) | undefined {
  if (arn === undefined) return undefined;
  return (record) => {
    handOver(directory, arn, JSON.stringify(record)).catch((error: unknown) =>
      log('error', name, `the destination ${arn} refused a record: ${String(error)}`),
    );
  };
}

export type CodeFolder = { readonly path: string; remove(): Promise<void> };

/**
 * The asset folder of the assembly, or for code that stands in the template a folder made for this run: one file
 * `index.js`, as Lambda does it. `remove` deletes only what was made.
 */
export async function codeFolder({ code, name }: FunctionPart, assets: AssetFiles): Promise<CodeFolder> {
  if ('key' in code) {
    const path = assets.get(code.key)?.path;
    if (path === undefined) throw new Error(`The code of ${name} is not in the assembly.`);
    return { path, remove: async () => {} };
  }
  const path = await mkdtemp(join(tmpdir(), 'tributary-inline-'));
  await writeFile(join(path, 'index.js'), code.inline);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
