/** A handler becomes an asset as one minified ES module with its source map, the AWS SDK inside. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync, type OutputFile } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..');

/** Some dependencies are CommonJS and call `require` of Node's own modules. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

const built = new Map<string, readonly OutputFile[]>();

/**
 * Hands a folder with the code of a handler file, given from the project's root, to `use`, and removes it again: an asset is
 * copied when its construct is made. Functions with the same file share one asset.
 */
export function withBundle<T>(entry: string, use: (folder: string) => T): T {
  const files = built.get(entry) ?? build(entry);
  built.set(entry, files);
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bundle-'));
  try {
    for (const { path, contents } of files) writeFileSync(join(folder, basename(path)), contents);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(entry: string): readonly OutputFile[] {
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    // Where it is never written: paths in the source map, and with them the asset's hash, are the same in every checkout.
    outfile: '.tributary/bundle/index.mjs',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    banner: { js: REQUIRE },
    logLevel: 'error',
  });
  return outputFiles;
}
