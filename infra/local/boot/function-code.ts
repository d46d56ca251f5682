/** In which folder is the code of a function? */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AssetFiles } from '../assembly/asset-files.ts';
import type { FunctionPart } from '../resources/parts.ts';

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
