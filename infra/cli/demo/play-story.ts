/** The story of the demo is played against a running system, and every line that comes out is compared with what it must be. */
import { isDeepStrictEqual, styleText } from 'node:util';
import type { AccountClient } from './account-client.ts';
import { statementTable, type TableLine } from './statement-table.ts';
import {
  changeInRetrospect,
  type ExpectedLine,
  ordinaryMonths,
  type Step,
  statementAfter,
  statementBefore,
} from './story.ts';

/** Prints the steps and the statements. Whether all lines are right; throws when a command is refused or not seen in time. */
export async function playStory(client: AccountClient): Promise<boolean> {
  const before = await chapter(client, 'Ordinary months', ordinaryMonths, statementBefore);
  const title = 'On 29 August 2017 a payment of 500.00 is recorded that was made on 11 June';
  const after = await chapter(client, title, changeInRetrospect, statementAfter);
  return before && after;
}

async function chapter(
  client: AccountClient,
  title: string,
  steps: readonly Step[],
  expected: readonly ExpectedLine[],
): Promise<boolean> {
  console.log(`\n${styleText('bold', title)}`);
  let version = 0;
  for (const step of steps) {
    version = await client.send(step);
    console.log(`  ${step.body.on}  ${step.command.padEnd(28)} version ${version}`);
  }
  const lines = await client.statementAt(version);
  console.log(`\n${statementTable(lines)}\n`);
  return compare(lines, expected);
}

function compare(lines: readonly TableLine[], expected: readonly ExpectedLine[]): boolean {
  const wrong = expected.filter((line, index) => !isDeepStrictEqual(lines[index], line));
  const right = wrong.length === 0 && lines.length === expected.length;
  if (right) console.log(styleText('green', `✓ all ${expected.length} lines are right, to the cent`));
  for (const line of wrong) console.log(styleText('red', `✗ expected ${JSON.stringify(line)}`));
  if (!right && wrong.length === 0)
    console.log(styleText('red', `✗ ${lines.length} lines, expected ${expected.length}`));
  return right;
}
