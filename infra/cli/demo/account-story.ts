/** A savings account comes out to the cent while its history changes in retrospect: as booked, as supposed, as known, as in force. */
import type { RecordedEvent } from '#shared/event/index.ts';
import {
  type AccountLine,
  changeInRetrospect,
  difference,
  inForceBefore,
  latePayment,
  ordinaryMonths,
  type Step,
  statementAfter,
  statementBefore,
  supposedBefore,
} from './account-figures.ts';
import { day, euros } from './story-table.ts';
import type { Story, StoryTeller } from './story-teller.ts';

type Line = { readonly on: string; readonly what: string; readonly amount: number; readonly total: number };
type Table = Parameters<StoryTeller['table']>;
type Lines = { readonly total: number; readonly lines: readonly Line[] };

export const accountStory: Story = async ({ client, teller, run }) => {
  const id = `demo-${run}`;
  const account = `/accounts/${id}`;

  const send = async (steps: readonly Step[]): Promise<number> => {
    let version = 0;
    teller.say('');
    for (const { command, body } of steps) {
      ({ version } = (await client.send(`${account}/${command}`, body)).body);
      teller.say(`  ${body.on}  ${command.padEnd(28)} version ${version}`);
    }
    return version;
  };
  const lines = async (path: string) => {
    const { body } = await client.get<Lines>(`${account}/${path}`);
    return labelled(body.lines, await client.events(`account-${id}`));
  };
  const statementAt = async (version: number) => {
    await client.until<Lines>(
      `version ${version} of the statement`,
      `${account}/statement`,
      ({ headers }) => headers.get('etag') === `"${version}"`,
    );
    return lines('statement');
  };

  teller.chapter(`Ordinary months of account ${id}`);
  const before = await send(ordinaryMonths);
  const booked = await statementAt(before);
  teller.table(...statementTable(booked));
  teller.check(`all ${statementBefore.length} lines are right, to the cent`, booked, statementBefore);
  const knownThen = (await client.events(`account-${id}`)).at(-1)?.context.when ?? '';

  const { amount, effectiveOn } = latePayment;
  teller.chapter(`What if ${euros(amount)} had been paid on ${day(effectiveOn)}?`);
  const whatIf = `what-if?payment=${amount}&on=${effectiveOn}`;
  const supposed = (await client.get<{ total: number; difference: number }>(`${account}/${whatIf}`)).body;
  const supposedLines = await lines(whatIf);
  teller.table(...sideBySide(['As it is', 'As it would be'], booked, supposedLines));
  teller.check(
    `the difference is ${euros(difference)}: the payment, and the interest that it would have earned`,
    supposed.difference,
    difference,
  );
  teller.check('every line of it is right, to the cent', supposedLines, supposedBefore);
  teller.check('nothing was recorded by asking', (await client.events(`account-${id}`)).length, before);

  teller.chapter(`On 29-08-2017 it turns out that it was paid: the correction, and the months after it`);
  const corrected = await statementAt(await send(changeInRetrospect));
  teller.table(...statementTable(corrected));
  teller.check(`all ${statementAfter.length} lines are right, to the cent`, corrected, statementAfter);

  teller.chapter('28-08-2017 looked at from today: as we knew it then, and as it was in force');
  const known = await lines(`statement?as-at=${knownThen}`);
  const inForce = await lines('timeline?as-of=2017-08-28');
  teller.table(...sideBySide(['As at then', 'As of then'], known, inForce));
  teller.check(`as at ${knownThen} (recorded by then) it is what we knew`, known, statementBefore);
  teller.check('as of 2017-08-28 (in force on that day) the payment is in its place', inForce, inForceBefore);
  const { total } = (await client.get<Lines>(`${account}/timeline`)).body;
  teller.check('both ways come to the same today', total, statementAfter[0]?.total);
  return `account-${id}`;
};

function statementTable(lines: readonly AccountLine[]): Table {
  const rows = lines.map(({ on, label, amount, total }) =>
    total === 0 && amount === 0 ? [day(on), label, '-', '-'] : [day(on), label, euros(amount), euros(total)],
  );
  return [['Date', 'Event', 'Amount', 'Total'], rows, 2];
}

/** The lines of two histories, each beside the one of the same day and kind. */
function sideBySide(
  [one, other]: readonly [string, string],
  left: readonly AccountLine[],
  right: readonly AccountLine[],
): Table {
  const cells = (line: AccountLine | undefined) => {
    if (line === undefined) return ['', ''];
    return line.amount === 0 ? ['-', '-'] : [euros(line.amount), euros(line.total)];
  };
  const rows = right.map((line) => {
    const same = left.find(({ on, label }) => on === line.on && label === line.label);
    return [day(line.on), line.label, ...cells(same), ...cells(line)];
  });
  return [['Date', 'Event', one, 'Total', other, 'Total'], rows, 2];
}

function labelled(lines: readonly Line[], events: readonly RecordedEvent[]): AccountLine[] {
  const interest = events.flatMap(({ context, data }) => (context.what === 'InterestPaid' ? [{ context, data }] : []));
  const payment = events.find(({ context }) => context.what === 'RetroactivePaymentReceived');
  const [, month, dayOfMonth] = payment?.context.effectiveAt.split('-') ?? [];
  return lines.map(({ on, what, amount, total }) => {
    const paid = interest.find(({ context }) => context.effectiveAt === on);
    return { on, label: label(what, paid?.data, `${dayOfMonth}-${month}`), amount, total };
  });
}

function label(what: string, interest: unknown, effectiveOn: string): string {
  switch (what) {
    case 'InterestPaid':
      return `${(interest as { percent?: number } | undefined)?.percent}% Interest paid out`; // the contract of the event
    case 'RetroactivePaymentReceived':
      return `Retro Payment ${effectiveOn}`;
    case 'RetroactiveCorrectionApplied':
      return `Retro Correction ${effectiveOn}`;
    default:
      return what.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  }
}
