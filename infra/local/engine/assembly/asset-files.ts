/** Files and folders of the assembly, by the key under which a template names them. */
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { readAssemblyFile } from './assembly-file.ts';

const assetManifestSchema = z.looseObject({
  files: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ path: z.string().optional(), packaging: z.string().default('file') }),
        destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

/** `zip` is a folder that a deployment would zip; `file` goes as it is. `path` is absent where a command makes it. */
export type AssetFile = { readonly path: string | undefined; readonly packaging: string };

/** By object key. Keys are hashes of the content, so the bucket says nothing more. */
export type AssetFiles = Map<string, AssetFile>;

/** Reads the asset manifest `file`. Throws one line when it is none. */
export function assetFiles(folder: string, file: string): AssetFiles {
  const assets: AssetFiles = new Map();
  const { files } = readAssemblyFile(folder, file, assetManifestSchema);
  for (const { source, destinations } of Object.values(files)) {
    const path = source.path === undefined || isAbsolute(source.path) ? source.path : join(folder, source.path);
    for (const { objectKey } of Object.values(destinations))
      assets.set(objectKey, { path, packaging: source.packaging });
  }
  return assets;
}
