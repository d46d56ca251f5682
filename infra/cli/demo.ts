/** `npm run demo`: a savings account comes out to the cent, from HTTP to query table. */
import { isDeepStrictEqual, styleText } from 'node:util';
import { accountClient } from './demo/account-client.ts';
import { runningSystem } from './demo/running-system.ts';
import { statementTable, type TableLine } from './demo/statement-table.ts';
import {
  changeInRetrospect,
  type ExpectedLine,
  ordinaryMonths,
  type Step,
  statementAfter,
  statementBefore,
} from './demo/story.ts';

async function play(): Promise<boolean> {
  await using system = await runningSystem();
  const id = `demo-${Date.now().toString(36)}`;
  const client = accountClient(system.url, id);

  const chapter = async (title: string, steps: readonly Step[], expected: readonly ExpectedLine[]) => {
    console.log(`\n${styleText('bold', title)}`);
    let version = 0;
    for (const step of steps) {
      version = await client.send(step);
      console.log(`  ${step.body.on}  ${step.command.padEnd(28)} version ${version}`);
    }
    const lines = await client.statementAt(version);
    console.log(`\n${statementTable(lines)}\n`);
    return compare(lines, expected);
  };

  console.log(`Account ${id} at ${system.url}`);
  const before = await chapter('Ordinary months', ordinaryMonths, statementBefore);
  const after = await chapter(
    'On 29 August 2017 a payment of 500.00 is recorded that was made on 11 June',
    changeInRetrospect,
    statementAfter,
  );
  console.log(
    system.ours
      ? 'Run it beside `npm start` to look at what it leaves: the stream, the feed, the statement.'
      : `Look at the log itself: curl ${system.url}/streams/account-${id}`,
  );
  return before && after;
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

try {
  process.exitCode = (await play()) ? 0 : 1;
} catch (error) {
  console.error(`The demo could not be played: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
