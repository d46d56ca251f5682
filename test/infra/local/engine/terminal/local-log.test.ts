import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLocalLog } from '../../../../../infra/local/engine/terminal/local-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('Metrics are kept in the file and do not stand in the way of a reader', async () => {
  const file = join(folder, 'logs', 'local.log');
  const shown: string[] = [];
  const { log } = createLocalLog(file, (line) => shown.push(line));
  const metrics = JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: [] }, LagEvents: 0 });
  log('info', 'reconcile', metrics);
  log('info', 'reconcile', 'summary was behind');
  expect(shown).toEqual(['reconcile  summary was behind']);
  expect(await readFile(file, 'utf8')).toContain(metrics);
});
