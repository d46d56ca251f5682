/**
 * On Lambda a function works in the folder of its code. A thread has no folder of its own: what is told and resolved by it is right here
 * too, but a relative name that goes straight to `fs` starts from the folder of the run.
 */
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** For `process.cwd()` and `path.resolve` of this thread from here on. */
export function workIn(codeFolder: string): void {
  process.cwd = () => codeFolder;
}

/** What to say of an error, or its cause, that misses a file which the folder of the code has; empty of any other. */
export function missedFile(error: Error, codeFolder: string): string {
  for (const each of [error, error.cause]) {
    const { code, path } = Object(each);
    if (code !== 'ENOENT' || typeof path !== 'string' || isAbsolute(path) || !existsSync(join(codeFolder, path)))
      continue;
    return `\n${path} is in the folder of the code, but fs does not look there in a local run: give it path.resolve('${path}').`;
  }
  return '';
}
