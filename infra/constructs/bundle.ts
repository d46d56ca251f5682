/** How does a handler become an asset? One minified ES module with its source map, the AWS SDK inside. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..');

/** Some dependencies are CommonJS and call `require` of Node's own modules. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

const folders = new Map<string, string>();

/** The code of a handler file, given from the project's root. Functions with the same file share one asset. */
export function bundle(entry: string): Code {
  const folder = folders.get(entry) ?? build(entry);
  folders.set(entry, folder);
  return Code.fromAsset(folder);
}

function build(entry: string): string {
  // Inside the project, so that the paths in the source map, and with them the asset's hash, are the same in every checkout.
  mkdirSync(join(ROOT, '.tributary'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.tributary', 'bundle-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: join(folder, 'index.mjs'),
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
  return folder;
}
