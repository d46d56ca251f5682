/** Everything that tests put into the folder for temporary files goes into one of the run, which is removed after it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-tests-'));
  process.env.TMPDIR = folder;
  // What tests start as processes of their own is compiled once.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
  // A process that is just ending may still write down what it has compiled.
  return () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
