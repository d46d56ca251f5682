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
import type { ConnectionGuard } from '../iam/function-rights.ts';
import { asyncSettings, type RecordTargets } from './async-settings.ts';
import type { AsyncInvocationPart } from './event-invoke-config.resource.ts';
import type { FunctionPart } from './function.resource.ts';
import { type Endpoints, functionDefinition, tellOfTimeZones } from './function-environment.ts';
import { type FunctionDefinition, LATEST } from './lambda-function.ts';
import { createFunction } from './local-function.ts';
import { qualifiersOf } from './qualifier.resource.ts';

/** Starts every function and enters it in the directory. */
export async function startFunctions(
  parts: readonly Part[],
  assets: AssetFiles,
  endpoints: Endpoints,
  directory: RecordTargets,
  cleanup: Cleanup,
  log: Log,
  faults: Faults = NO_FAULTS,
  guardOf: (part: FunctionPart) => ConnectionGuard | undefined = () => undefined,
): Promise<void> {
  const settings = partsOf<AsyncInvocationPart>(parts, 'async-invocation');
  const functions = partsOf<FunctionPart>(parts, 'function');
  tellOfTimeZones(functions, log);
  for (const part of functions) {
    const folder = await codeFolder(part, assets);
    cleanup.addLast(folder.remove);
    const settingsOf = (qualifier: string) => {
      const setting = settings.find((each) => each.functionName === part.name && each.qualifier === qualifier);
      return asyncSettings(part, setting, directory, log);
    };
    const qualified = [...qualifiersOf(parts, part.name)].map(
      ([name, version]) => [name, { version, ...settingsOf(name) }] as const,
    );
    const definition: FunctionDefinition = {
      ...functionDefinition(part, folder.path, endpoints, guardOf(part)),
      ...settingsOf(LATEST),
      qualified: new Map(qualified),
    };
    const running = createFunction(definition, log, systemClock, faults);
    cleanup.add(() => running.stop());
    directory.functions.set(part.arn, running);
  }
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
