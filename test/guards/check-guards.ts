/**
 * Takes every guard of the kit away, one at a time, and demands that a test fails: `npm run test:guards`. Words choose guards by
 * file, declaration and kind; `--all` includes those that are listed as unwatched.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findGuards, type Guard, textWithout } from './find-guards.ts';
import { startTestProcess, type TestProcess } from './test-process.ts';
import { isOf, UNWATCHED } from './unwatched-guards.ts';

const GUARDED = 'shared/{event,aggregate,event-store,command,feed,projection,dynamodb,edge}/**/*.ts';
const TESTS = 'test/shared/**/*.test.ts';

const PROCESSES = 2;

/** On a busy machine a test may take a while; one that hangs without its guard shall not take that long. */
const PATIENT_MS = 120_000;
const IMPATIENT_MS = 15_000;

/** The time for all tests is far longer than they take, so it ends only what never ends. */
const ALL_TESTS_MS = 600_000;

const root = join(import.meta.dirname, '..', '..');

type Reach = { readonly test: string; readonly ms: number; readonly reached: readonly string[] };

/** What each test file reaches of the files. Throws when a test fails: then nothing could be told from a failure. */
async function reachOfTests(testers: readonly TestProcess[], files: readonly string[]): Promise<Reach[]> {
  const tests = globSync(TESTS, { cwd: root }).toSorted();
  const answers = await Promise.all(
    testers.map((tester, index) => {
      const share = tests.filter((_, at) => at % testers.length === index);
      return tester.ask({ testMs: PATIENT_MS, tests: share, reachOf: files }, ALL_TESTS_MS);
    }),
  );
  return answers.flatMap((answer) => {
    if (answer !== undefined && answer.failed === undefined) return answer.files;
    throw new Error(
      `The tests must be green before a guard is taken away: ${answer?.failed?.says ?? 'they do not end'}`,
    );
  });
}

/** The test files that come to the guard: the one that failed last without another guard of the file, those of its folder, the quick ones. */
function testsOf({ file, place }: Guard, reach: readonly Reach[], lastFailed: string | undefined): string[] {
  const folder = join('test', dirname(file));
  const rank = ({ test, ms }: Reach) =>
    test === lastFailed ? 0 : (test.startsWith(`${folder}/`) ? 0 : ALL_TESTS_MS) + ms;
  return reach
    .filter(({ reached }) =>
      place === undefined ? reached.some((one) => one.startsWith(`${file}:`)) : reached.includes(`${file}:${place}`),
    )
    .sort((one, other) => rank(one) - rank(other))
    .map(({ test }) => test);
}

type Verdict = {
  readonly guard: Guard;
  readonly mark: 'caught' | 'MISSED';
  readonly by: string;
  readonly test?: string;
};

async function checkGuard(tester: TestProcess, guard: Guard, tests: readonly string[]): Promise<Verdict> {
  if (tests.length === 0) return { guard, mark: 'MISSED', by: 'no test comes here' };
  const text = textWithout(guard, readFileSync(join(root, guard.file), 'utf8'));
  const question = { testMs: IMPATIENT_MS, tests, changed: { file: guard.file, text } };
  const answer = await tester.ask(question, 2 * PATIENT_MS);
  if (answer === undefined) return { guard, mark: 'caught', by: 'tests that do not end' };
  if (answer.failed === undefined) return { guard, mark: 'MISSED', by: `${tests.length} test files stay green` };
  return { guard, mark: 'caught', by: answer.failed.says, test: answer.failed.test };
}

const short = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const print = ({ guard: { file, row, kind, within, before, change }, mark, by }: Verdict): void =>
  console.log(
    `${mark}  ${file}:${row}  ${kind} in ${within}: ${short(before, 70)} → ${short(change.to.replace(/\s+/g, ' '), 50)}  [${short(by.replace(/\s+/g, ' '), 110)}]`,
  );

const all = process.argv.includes('--all');
const words = process.argv.slice(2).filter((word) => word !== '--all');
const files = globSync(GUARDED, { cwd: root }).toSorted();
const found = files.flatMap((file) => findGuards(file, readFileSync(join(root, file), 'utf8')));
const listed = (guard: Guard) => UNWATCHED.find((one) => isOf(guard, one));
const chosen = found
  .filter(({ file, within, kind }) => words.every((word) => `${file} ${within} ${kind}`.includes(word)))
  .filter((guard) => all || listed(guard) === undefined);

const began = performance.now();
const testers: TestProcess[] = [];
try {
  for (let count = 0; count < PROCESSES; count += 1) testers.push(await startTestProcess(root));
  const reach = await reachOfTests(testers, files);
  console.log(`${reach.length} test files are green; ${chosen.length} guards are taken away now, one at a time.`);
  const left = [...chosen];
  const verdicts: Verdict[] = [];
  const lastFailed = new Map<string, string>();
  await Promise.all(
    testers.map(async (tester) => {
      for (let guard = left.shift(); guard !== undefined; guard = left.shift()) {
        const verdict = await checkGuard(tester, guard, testsOf(guard, reach, lastFailed.get(guard.file)));
        if (verdict.test !== undefined) lastFailed.set(guard.file, verdict.test);
        verdicts.push(verdict);
        print(verdict);
      }
    }),
  );
  const missed = verdicts.filter(({ mark }) => mark === 'MISSED').map(({ guard }) => guard);
  const unwatched = missed.filter((guard) => listed(guard) === undefined);
  const stale = UNWATCHED.filter((one) => {
    const itsOwn = found.filter((guard) => isOf(guard, one));
    return itsOwn.every((guard) => chosen.includes(guard) && !missed.includes(guard));
  });
  for (const { within, kind } of stale)
    console.log(`STALE  ${kind} in ${within}: no such guard is unwatched; take it off the list.`);
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  console.log(
    `${verdicts.length - missed.length} of ${verdicts.length} guards are watched by a test, ${unwatched.length} MISSED; ${minutes} minutes.`,
  );
  if (unwatched.length + stale.length > 0 || verdicts.length === 0) process.exitCode = 1;
} finally {
  for (const tester of testers) tester.stop();
}
