/** Tests of templates alone, with contexts that nobody has written handlers for, make every function from an empty module. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Takes the place of `infra/constructs/bundle.ts`. */
export function withBundle<T>(_entry: string, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-empty-'));
  try {
    writeFileSync(join(folder, 'index.mjs'), 'export {};\n');
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
