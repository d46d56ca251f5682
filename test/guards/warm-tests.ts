/**
 * A process that keeps vitest loaded and runs test files when it is asked, with one source file as the question has it. The changed
 * text is in memory alone: no file is written. A test that never ends is ended with this process.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { createVitest, type Reporter, type TestModule, type TestSpecification } from 'vitest/node';
import { startDynamoDbLocal } from '../../infra/local/services/dynamodb/dynamodb-local.ts';
import { withCalls } from './find-guards.ts';

export type Question = {
  /** How long a test may take. */
  readonly testMs: number;
  /** Run in this order, up to the first failure. */
  readonly tests: readonly string[];
  /** A source file with a text in place of its own. */
  readonly changed?: { readonly file: string; readonly text: string };
  /** Tell of each test file what it reaches of these files. */
  readonly reachOf?: readonly string[];
};

export type Answer = {
  /** The first failure, and the test file that it is in when it is in one. */
  readonly failed: { readonly says: string; readonly test?: string } | undefined;
  readonly files: readonly { readonly test: string; readonly ms: number; readonly reached: readonly string[] }[];
};

const root = process.cwd();
let question: Question = { testMs: 0, tests: [] };
let failed: Answer['failed'];
let files: Answer['files'][number][] = [];

const asAsked = {
  name: 'guards',
  enforce: 'pre' as const,
  load(path: string) {
    const file = relative(root, path);
    if (question.changed?.file === file) return question.changed.text;
    if (!question.reachOf?.includes(file)) return undefined;
    return withCalls(file, readFileSync(path, 'utf8'), (place) => `globalThis.reached.add('${file}:${place}')`);
  },
};

const notes: Reporter = {
  onTestCaseResult(test) {
    const { state } = test.result();
    if (state === 'failed') failed ??= { says: test.fullName, test: relative(root, test.module.moduleId) };
  },
  onTestModuleEnd(module: TestModule) {
    const test = relative(root, module.moduleId);
    const [error] = module.errors();
    if (error !== undefined) failed ??= { says: `${test}: ${error.message}`, test };
    files.push({ test, ms: module.diagnostic().duration, reached: module.meta().reached ?? [] });
  },
  onTestRunEnd(_, errors) {
    const [error] = errors;
    if (error !== undefined) failed ??= { says: `an error that no test catches: ${error.message}` };
  },
};

class InTheirOrder {
  shard = async (specifications: TestSpecification[]) => specifications;
  sort = async (specifications: TestSpecification[]) => specifications;
}

const vitest = await createVitest(
  'test',
  {
    config: false,
    root,
    watch: false,
    reporters: [notes],
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/guards/reach.setup.ts'],
    sequence: { sequencer: InTheirOrder },
    pool: 'threads',
    maxWorkers: 1,
    fileParallelism: false,
    fsModuleCache: false,
    bail: 1,
    cache: false,
    silent: true,
  },
  { plugins: [asAsked] },
);
vitest.provide('dynamodbEndpoint', (await startDynamoDbLocal()).endpoint);

function reload({ changed, reachOf = [] }: Question): void {
  for (const file of [changed?.file ?? [], reachOf].flat()) vitest.invalidateFile(`${root}/${file}`);
}

process.on('disconnect', () => process.exit());
process.on('message', async (next: Question) => {
  reload(question);
  question = next;
  reload(question);
  [failed, files] = [undefined, []];
  const project = vitest.getRootProject();
  Object.assign(project.config, { testTimeout: next.testMs, hookTimeout: next.testMs });
  await vitest.runTestSpecifications(next.tests.map((test) => project.createSpecification(`${root}/${test}`)));
  process.send?.({ failed, files } satisfies Answer);
});
process.send?.('ready');
