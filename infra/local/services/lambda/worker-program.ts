/**
 * The program of a worker thread in plain JavaScript, made once for all of them: a thread that takes the types out of
 * `bootstrap.ts` by itself needs 11 MB more for that.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync, stop } from 'esbuild';

let program: URL | undefined;

/** The module that a worker starts with. The frames of a stack say that it is `bootstrap.js`, beside this file. */
export function workerProgram(): URL {
  program ??= new URL(`data:text/javascript,${encodeURIComponent(bundled())}`);
  return program;
}

function bundled(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, 'bootstrap.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    write: false,
  });
  // Else its process stays for the whole run.
  stop();
  return `${outputFiles[0]?.text}//# sourceURL=${pathToFileURL(join(import.meta.dirname, 'bootstrap.js'))}\n`;
}
