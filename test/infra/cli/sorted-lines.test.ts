/** Lines come back in order, whether they fit into memory or not, and no file is left. */
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortedLines } from '../../../infra/cli/sorted-lines.ts';

const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('tributary-sorting-'));

test('Any lines come back sorted, from memory and from files.', async () => {
  const lines = fc.array(fc.stringMatching(/^[0-9a-c ]{1,4}$/), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(lines, fc.integer({ min: 1, max: 50 }), async (lines, inMemory) => {
      const sorted = sortedLines(inMemory);
      await Promise.all(lines.map((line) => sorted.add(line)));
      const read: string[] = [];
      for await (const line of sorted.read()) read.push(line);
      await sorted.remove();
      expect(sorted.count()).toBe(lines.length);
      expect(read).toEqual(lines.toSorted());
    }),
    { numRuns: 60 },
  );
});

test('Files are removed, also when they were not read.', async () => {
  const before = folders();
  const sorted = sortedLines(2);
  for (const line of 'cabdfe') await sorted.add(line);
  expect(folders().length).toBeGreaterThanOrEqual(before.length + 1);
  await sorted.remove();
  expect(folders().filter((name) => !before.includes(name) && existsSync(name))).toEqual([]);
});
