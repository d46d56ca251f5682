/** The file about a run is whole whenever it is read, and says what is so now. */
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNextRuns } from '../../../../infra/local/engine/next-runs.ts';
import { createOutputsFile } from '../../../../infra/local/engine/outputs-file.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-outputs-'));
  path = join(folder, 'deep', 'outputs.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const fail = (error: unknown) => {
  throw error;
};
const read = async (): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

describe('The file', () => {
  it('is never seen half-written, however often it changes, and ends with the newest content', async () => {
    let n = 0;
    const long = 'x'.repeat(200_000);
    const file = createOutputsFile(path, () => ({ n, long, end: n }), fail);
    await file.write();
    const writes = Array.from({ length: 30 }, () => {
      n += 1;
      return file.write();
    });
    for (let reads = 0; reads < 30; reads += 1) {
      const seen = Object(await read());
      expect(seen.n).toBe(seen.end);
    }
    await Promise.all(writes);
    expect(await read()).toMatchObject({ n: 30 });
    expect(await readdir(join(folder, 'deep'))).toEqual(['outputs.json']);
  });

  it('that somebody has begun to read stays as it was for them', async () => {
    let n = 1;
    const file = createOutputsFile(path, () => ({ n }), fail);
    await file.write();
    const reading = await open(path);
    n = 2;
    await file.write();
    expect(JSON.parse(await reading.readFile('utf8'))).toEqual({ n: 1 });
    await reading.close();
    expect(await read()).toEqual({ n: 2 });
  });

  it('is written once for changes that come together, and not at all when nothing is different', async () => {
    let asked = 0;
    let value = 1;
    const content = () => {
      asked += 1;
      return { value };
    };
    const file = createOutputsFile(path, content, fail);
    await file.write();
    value = 2;
    for (let n = 0; n < 100; n += 1) file.changed();
    await vi.waitUntil(async () => Object(await read()).value === 2);
    expect(asked).toBe(2);
    await writeFile(path, 'as it was');
    await file.write();
    expect(await readFile(path, 'utf8')).toBe('as it was');
  });

  it('goes with its run, and stays gone', async () => {
    let n = 0;
    const content = () => {
      n += 1;
      return { n };
    };
    const file = createOutputsFile(path, content, fail);
    await file.write();
    file.changed();
    await Promise.all([file.write(), file.remove()]);
    await file.write();
    expect(await readdir(join(folder, 'deep'))).toEqual([]);
  });

  it('of another run stays', async () => {
    const [one, other] = [1, 2].map((run) => createOutputsFile(path, () => ({ run }), fail));
    await one?.write();
    await other?.write();
    await one?.remove();
    expect(await read()).toEqual({ run: 2 });
  });

  it('that cannot be written is told, and tried again with the next change', async () => {
    await writeFile(join(folder, 'deep'), 'no folder');
    const failures: unknown[] = [];
    let value = 0;
    const file = createOutputsFile(
      path,
      () => ({ value }),
      (error) => failures.push(error),
    );
    file.changed();
    await vi.waitUntil(() => failures.length === 1);
    await rm(join(folder, 'deep'));
    value = 1;
    file.changed();
    await vi.waitUntil(() => read().catch(() => undefined));
    expect(await read()).toEqual({ value: 1 });
  });
});

describe('The next runs', () => {
  it('are shown by name, null where there is none, and by ARN where a name is there twice', () => {
    const told: object[] = [];
    const runs = createNextRuns();
    runs.watch(() => told.push(runs.shown()));
    runs.tell('arn:rule/nightly', 'nightly', Date.UTC(2026, 0, 1));
    runs.tell('arn:schedule/once', 'once', undefined);
    expect(runs.shown()).toEqual({ nightly: '2026-01-01T00:00:00.000Z', once: null });
    runs.tell('arn:schedule/nightly', 'nightly', undefined);
    expect(runs.shown()).toEqual({
      'arn:rule/nightly': '2026-01-01T00:00:00.000Z',
      'arn:schedule/nightly': null,
      once: null,
    });
    runs.tell('arn:schedule/nightly', 'nightly', 'gone');
    expect(runs.shown()).toEqual({ nightly: '2026-01-01T00:00:00.000Z', once: null });
    expect(told).toHaveLength(4);
  });
});
