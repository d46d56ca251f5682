/** Sorts any number of lines in bounded memory: by parts, which wait in files and are merged when they are read. */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type SortedLines = {
  readonly count: () => number;
  add(line: string): Promise<void>;
  /** All lines in the order of their characters; once, after the last was added. */
  read(): AsyncGenerator<string>;
  /** Removes the files. */
  remove(): Promise<void>;
};

/** Some 20 MB. */
const IN_MEMORY = 100_000;

export function sortedLines(inMemory: number = IN_MEMORY): SortedLines {
  let count = 0;
  let lines: string[] = [];
  let folder: string | undefined;
  const files: string[] = [];
  let writing: Promise<void> = Promise.resolve();

  async function writePart(part: readonly string[]): Promise<void> {
    folder ??= await mkdtemp(join(tmpdir(), 'tributary-sorting-'));
    const file = join(folder, String(files.length));
    files.push(file);
    const stream = createWriteStream(file);
    for (const line of part) if (!stream.write(`${line}\n`)) await once(stream, 'drain');
    stream.end();
    await once(stream, 'finish');
  }

  return {
    count: () => count,

    async add(line) {
      count += 1;
      if (lines.push(line) < inMemory) return;
      const part = lines.sort();
      lines = [];
      writing = writing.then(() => writePart(part));
      await writing;
    },

    async *read() {
      await writing;
      const parts: AsyncIterator<string>[] = files.map((file) =>
        createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator](),
      );
      const rest = lines.sort().values();
      parts.push({ next: async () => rest.next() });
      const heads = await Promise.all(parts.map((part) => part.next()));
      for (;;) {
        let first: number | undefined;
        for (const [at, { done, value }] of heads.entries()) {
          if (!done && (first === undefined || value < heads[first]?.value)) first = at;
        }
        const part = first === undefined ? undefined : parts[first];
        if (first === undefined || part === undefined) return;
        yield heads[first]?.value;
        heads[first] = await part.next();
      }
    },

    async remove() {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
