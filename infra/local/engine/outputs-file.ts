/**
 * What other programs may want to know of a run, in one JSON file: the outputs of every stack, the addresses of the services,
 * and when schedules are due next.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Cleanup } from './boot/cleanup.ts';
import type { Log } from './log.ts';

/** Writes the file, again whenever what it says may have changed, and removes it with the run. Rejects when it cannot be written. */
export async function keepOutputsFile(
  path: string,
  content: () => unknown,
  watch: (changed: () => void) => void,
  cleanup: Cleanup,
  log: Log,
): Promise<void> {
  const file = createOutputsFile(path, content, (error) =>
    log('error', 'local', `${path} cannot be written: ${String(error)}`),
  );
  cleanup.add(() => file.remove());
  watch(() => file.changed());
  await file.write();
}

export type OutputsFile = {
  /** Writes soon, changes that come together once; a failure is told to `failed` and tried again with the next change. */
  changed(): void;
  /** Resolves when the file says what `content` says now. */
  write(): Promise<void>;
  /** Ends the writing and removes the file, unless another run has put its own there. */
  remove(): Promise<void>;
};

/** Changes within this time are written together. */
const TOGETHER_MS = 100;

/** Whoever reads sees all of an older or all of a newer content, never a part. */
export function createOutputsFile(path: string, content: () => unknown, failed: (error: unknown) => void): OutputsFile {
  const draft = `${path}.${process.pid}`;
  let written: string | undefined;
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let removed = false;

  async function writeNow(): Promise<void> {
    const text = `${JSON.stringify(content(), null, 2)}\n`;
    if (removed || text === written) return;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, text);
    await rename(draft, path);
    written = text;
  }

  /** One after the other, so that the newest content comes last. */
  function write(): Promise<void> {
    const next = writing.then(writeNow);
    writing = next.catch(() => {});
    return next;
  }

  return {
    write,
    changed() {
      if (removed) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        write().catch(failed);
      }, TOGETHER_MS);
    },
    async remove() {
      removed = true;
      clearTimeout(timer);
      await writing;
      const there = await readFile(path, 'utf8').catch(() => undefined);
      if (there !== undefined && there === written) await rm(path, { force: true });
    },
  };
}
