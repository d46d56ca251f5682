/** Accounts as they come to be in tests: by commands, one after the other, or by events of any one's choice. */
import fc from 'fast-check';
import { fold } from '#shared/aggregate/index.ts';
import { asOf, type RecordedEvent, toStreamId, whatIf } from '#shared/event/index.ts';
import { type AnyProjection, project } from '#shared/projection/index.ts';
import type { AccountCommand } from '../../../functions/accounts/account.commands.ts';
import { account } from '../../../functions/accounts/account.decider.ts';
import type { AccountEvent } from '../../../functions/accounts/account.events.ts';
import { timeline } from '../../../functions/accounts/timeline.projection.ts';
import type { Line } from './bank.ts';
import { open } from './commands.ts';

/**
 * The earlier events and all that the commands lead to; throws when one is refused. In a property, more than an account can hold
 * is not tried: so much comes of high interest, paid often.
 */
export function accepted(commands: readonly AccountCommand[], earlier: readonly AccountEvent[] = []): AccountEvent[] {
  const events = [...earlier];
  for (const command of commands) {
    const decision = account.decide(command, fold(account, events));
    if (decision.kind === 'rejected') {
      fc.pre(decision.code !== 'balance-too-large');
      throw new Error(`${command.what} was refused: ${decision.code}`);
    }
    events.push(...decision.events);
  }
  return events;
}

/** All events that those of the commands lead to that are not refused. */
function anyAccepted(commands: readonly AccountCommand[]): AccountEvent[] {
  const events: AccountEvent[] = [];
  for (const command of commands) {
    const decision = account.decide(command, fold(account, events));
    if (decision.kind === 'accepted') events.push(...decision.events);
  }
  return events;
}

export const recorded = (events: readonly AccountEvent[], stream = 'account-42'): RecordedEvent[] =>
  events.map(({ what, data, effectiveAt }, index) => ({
    context: {
      id: `event-${index + 1}`,
      what,
      when: '2026-11-20T12:11:04.123Z',
      effectiveAt,
      who: 'clerk-7',
      why: { id: 'command-1', what: 'any', when: '2026-11-20T12:11:04.100Z', who: 'clerk-7' },
      correlationId: 'command-1',
      causationId: 'command-1',
      stream,
      version: index + 1,
      schemaVersion: 1,
    },
    data,
  }));

/** What the first query of a projection answers of an account with these events, on one page. */
export function answerOf<Answer>(projection: AnyProjection, events: readonly AccountEvent[]): Answer {
  const { row, put } = project(projection, projection.initialRow, recorded(events));
  const [query] = projection.queries;
  const list = query?.list?.({ id: '42' });
  const entries = put
    .filter(({ key }) => key === list?.key)
    .toSorted((one, other) => (one.sort < other.sort === (list?.descending ?? false) ? 1 : -1))
    .map((entry) => ({ ...entry, stream: toStreamId('account', '42') }));
  const now = new Date('2026-11-20T12:11:04.123Z');
  const found = { row, version: events.length, entries, next: null, continued: false, joined: new Map(), now };
  return query?.answer(found, { id: '42' }) as Answer; // as the test says
}

/** The lines of the timeline up to a date, oldest first. */
export const timelineOf = (events: readonly AccountEvent[], date?: string): Line[] =>
  linesOf(asOf(recorded(events), date));

/** The lines of the timeline with a payment that nobody made, oldest first. */
export const supposedOf = (events: readonly AccountEvent[], amount: number, on: string): Line[] =>
  linesOf(whatIf(recorded(events), [{ what: 'PaymentReceived', data: { amount }, effectiveAt: on }]));

const linesOf = (history: Parameters<typeof asOf>[0]) =>
  project(timeline, timeline.initialRow, history)
    .put.toSorted((one, other) => (one.sort < other.sort ? -1 : 1))
    .map(({ value }) => value as Line); // as the timeline puts them

export const day = fc
  .integer({ min: 0, max: 400 })
  .map((days) => new Date(Date.UTC(2017, 0, 1 + days)).toISOString().slice(0, 10));
export const cents = fc.integer({ min: 1, max: 5_000_00 });
const percent = fc.integer({ min: 1, max: 100_0000 }).map((tenThousandths) => tenThousandths / 10_000);

const booking: fc.Arbitrary<AccountCommand> = fc.oneof(
  fc.record({
    what: fc.constantFrom('receive-payment', 'receive-premium', 'withdraw'),
    data: fc.record({ amount: cents, on: day }),
  }),
  fc.record({ what: fc.constant('pay-interest'), data: fc.record({ percent, on: day }) }),
  fc.record({
    what: fc.constant('receive-retroactive-payment'),
    data: fc.record({ amount: cents, effectiveOn: day, on: day }),
  }),
) as fc.Arbitrary<AccountCommand>; // each record is one of the union

/** An opened account with bookings by day, retroactive ones among them. */
export const history: fc.Arbitrary<AccountEvent[]> = fc
  .array(booking, { maxLength: 30 })
  .map((commands) => anyAccepted([open, ...commands.toSorted((one, other) => (one.data.on < other.data.on ? -1 : 1))]));
