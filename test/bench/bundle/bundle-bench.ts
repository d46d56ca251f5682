/** The command handler as it is deployed against the least one: how much larger, and how much slower to import. */
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withBundle } from '../../../infra/constructs/bundle.ts';
import { atMost, figure, type Progress, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import { importTime } from './import-time.ts';

const ROUNDS = 31;

export async function* benchBundle(progress: Progress): AsyncGenerator<Section> {
  progress('bundling the command handler of accounts and a bare handler');
  const real = bundleFile('functions/accounts/accounts.handlers.ts');
  const bare = bundleFile('test/bench/bundle/bare-handler.ts');
  const sizes = { real: statSync(real).size, bare: statSync(bare).size };

  progress(`importing each of them ${ROUNDS} times in a fresh process, in turn`);
  const times = { real: [] as number[], bare: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.bare.push(await importTime(bare));
    times.real.push(await importTime(real));
  }
  const ratios = times.real.map((time, round) => time / (times.bare[round] ?? Number.NaN));
  const [realTime, bareTime] = [median(times.real), median(times.bare)].map((one) => one.toFixed(1));
  yield {
    title: 'Bundle of functions/accounts/accounts.handlers.ts',
    method: 'Against a bare handler (SDK client, middy, a Query, a Put); imported in fresh processes, in turn.',
    figures: [
      { what: 'size, minified', value: `${kib(sizes.real)} / ${kib(sizes.bare)}` },
      figure('size, as a ratio', sizes.real / sizes.bare, { decimals: 2, goal: atMost(2) }),
      { what: 'import, median', value: `${realTime} ms / ${bareTime} ms` },
      figure('import, as a ratio (median of pairs)', median(ratios), { decimals: 2, goal: atMost(1.3) }),
    ],
  };
}

/** The file as it is deployed; it is removed when this process ends. */
function bundleFile(entry: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  withBundle(entry, (bundled) => cpSync(bundled, folder, { recursive: true }));
  return join(folder, 'index.mjs');
}

const kib = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`;
