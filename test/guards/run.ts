/** Does a test notice when a guard is gone? Run by `npm run test:guards`; words after it choose guards by name or file. */
import { join } from 'node:path';
import { startDynamoDbLocal } from '../../infra/local/services/dynamodb/dynamodb-local.ts';
import { commandGuards } from './command-guards.ts';
import { dynamodbGuards } from './dynamodb-guards.ts';
import { feedGuards } from './feed-guards.ts';
import type { Guard } from './guard.ts';
import { storeGuards } from './store-guards.ts';
import { copyTree, type TreeCopy } from './tree-copy.ts';

/** Each copy runs one guard at a time. */
const COPIES = 2;

type Line = { readonly mark: 'caught' | 'MISSED' | 'NOT FOUND' | 'BROKEN'; readonly guard: Guard; readonly by: string };

async function lineOf(copy: TreeCopy, guard: Guard): Promise<Line> {
  const verdict = await copy.without(guard);
  if (verdict === undefined) return { mark: 'NOT FOUND', guard, by: `its text is not once in ${guard.file}` };
  if (verdict.ran === 0) return { mark: 'BROKEN', guard, by: verdict.output.trim().split('\n').at(-1) ?? '' };
  if (verdict.failed === undefined) return { mark: 'MISSED', guard, by: `${verdict.ran} tests stay green` };
  return { mark: 'caught', guard, by: verdict.failed };
}

const print = ({ mark, guard, by }: Line): void =>
  console.log(`${mark.padEnd(9)}  ${guard.name.padEnd(64)}  ${by.length > 110 ? `${by.slice(0, 109)}…` : by}`);

const words = process.argv.slice(2);
const guards = [...dynamodbGuards, ...storeGuards, ...commandGuards, ...feedGuards];
const chosen = guards.filter(({ name, file }) => words.every((word) => `${name} ${file}`.includes(word)));
const dynamodb = await startDynamoDbLocal();
const root = join(import.meta.dirname, '..', '..');
const copies = await Promise.all(Array.from({ length: COPIES }, () => copyTree(root, dynamodb.endpoint)));
try {
  const whole = await copies[0]?.run([...new Set(chosen.flatMap(({ tests }) => tests))]);
  if (!whole || whole.ran === 0 || whole.failed !== undefined) {
    throw new Error(`The tests must be green before a guard is removed: ${whole?.failed ?? whole?.output}`);
  }
  const left = [...chosen];
  const lines: Line[] = [];
  const work = copies.map(async (copy) => {
    for (let guard = left.shift(); guard !== undefined; guard = left.shift()) {
      const line = await lineOf(copy, guard);
      print(line);
      lines.push(line);
    }
  });
  await Promise.all(work);
  const uncaught = lines.filter(({ mark }) => mark !== 'caught');
  console.log(`${lines.length - uncaught.length} of ${lines.length} guards are watched by a test.`);
  if (uncaught.length > 0 || lines.length === 0) process.exitCode = 1;
} finally {
  await Promise.all(copies.map((copy) => copy.remove()));
  await dynamodb.stop();
}
