/** Where is a guard removed? In a copy of the tree, so that the tree itself is never changed. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Guard } from './guard.ts';

const COPIED = ['shared', 'functions', 'infra', 'test', 'package.json', 'tsconfig.json'];

/** What the tests said: the first that failed, or nothing; `ran` is how many were run. */
export type Verdict = { readonly ran: number; readonly failed: string | undefined; readonly output: string };

export type TreeCopy = {
  /** Removes a guard, runs the tests and puts it back. Nothing is run, and nothing returned, when its text is not there once. */
  without(guard: Guard): Promise<Verdict | undefined>;
  run(tests: readonly string[]): Promise<Verdict>;
  remove(): Promise<void>;
};

type Report = {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
};

export async function copyTree(root: string, dynamodbEndpoint: string): Promise<TreeCopy> {
  const copy = await mkdtemp(join(tmpdir(), 'guards-'));
  await Promise.all(COPIED.map((name) => cp(join(root, name), join(copy, name), { recursive: true })));
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));

  async function run(tests: readonly string[]): Promise<Verdict> {
    const report = join(copy, 'report.json');
    await rm(report, { force: true });
    const vitest = join(copy, 'node_modules', 'vitest', 'vitest.mjs');
    const options = ['--config', 'test/guards/vitest.config.ts', '--reporter', 'json', '--outputFile', report];
    const env = { ...process.env, DYNAMODB_ENDPOINT: dynamodbEndpoint, PROPERTY_SEED: '1' };
    const child = promisify(execFile)(process.execPath, [vitest, 'run', ...options, ...tests], { cwd: copy, env });
    const output = await child.then(
      ({ stdout, stderr }) => stdout + stderr,
      ({ stdout, stderr }) => `${stdout}${stderr}`,
    );
    const text = await readFile(report, 'utf8').catch(() => '{"numTotalTests":0,"testResults":[]}');
    const { numTotalTests, testResults } = JSON.parse(text) as Report;
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    return { ran: numTotalTests, failed: results.find(({ status }) => status === 'failed')?.fullName, output };
  }

  return {
    run,
    async without({ file, find, replace, tests }) {
      const path = join(copy, file);
      const text = await readFile(path, 'utf8');
      if (text.split(find).length !== 2) return undefined;
      await writeFile(
        path,
        text.replace(find, () => replace),
      );
      try {
        return await run(tests);
      } finally {
        await writeFile(path, text);
      }
    },
    remove: () => rm(copy, { recursive: true, force: true }),
  };
}
