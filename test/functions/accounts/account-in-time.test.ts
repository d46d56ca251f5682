/** The statement as-at a time, the timeline as-of a date and the account with a payment more, asked over HTTP. */
import { describe, expect, it } from 'vitest';
import type { AccountCommand } from '../../../functions/accounts/account.commands.ts';
import type { AccountEvent } from '../../../functions/accounts/account.events.ts';
import type { Answered } from '../../support/http-events.ts';
import { bank, type Lines } from './bank.ts';
import { close, interest, payment, retroactive, withdraw } from './commands.ts';
import { accepted } from './histories.ts';

const open: AccountCommand = { what: 'open', data: { owner: 'Ann', on: '2017-04-01' } };
const paid = [open, payment(1_000_00, '2017-04-01'), interest(1, '2017-04-28')];

const minute = (count: number) => `2026-01-01T00:0${count}:00.000Z`;

/** Recorded one commit a minute, from the first minute on. */
async function recorded(...commits: readonly (readonly AccountCommand[])[]) {
  const accounts = bank();
  let events: AccountEvent[] = [];
  for (const [index, commands] of commits.entries()) {
    const after = accepted(commands, events);
    await accounts.recordAt(minute(index + 1), '42', after.slice(events.length));
    events = after;
  }
  return accounts;
}

const faultsOf = ({ statusCode, json }: Answered) => [
  statusCode,
  (json.errors as { path: string; code: string }[]).map(({ path, code }) => `${path} ${code}`),
];
const figuresOf = ({ json }: Answered) => (json as Lines).lines.map(({ on, amount, total }) => [on, amount, total]);

describe('A statement', () => {
  it('as-at a time is as we knew it then: before a correction, and with it', async () => {
    const { statement } = await recorded(paid, [retroactive(500_00, '2017-04-10', '2017-05-02')]);
    const before = await statement('42', { query: { 'as-at': minute(1) } });
    expect(before).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', etag: '"3"' },
      json: {
        id: '42',
        total: 1_010_00,
        lines: [
          { on: '2017-04-28', what: 'InterestPaid', amount: 10_00, total: 1_010_00 },
          { on: '2017-04-01', what: 'PaymentReceived', amount: 1_000_00, total: 1_000_00 },
          { on: '2017-04-01', what: 'AccountOpened', amount: 0, total: 0 },
        ],
        next: null,
      },
    });
    const after = await statement('42', { query: { 'as-at': minute(2), limit: '2' } });
    expect(after).toMatchObject({ headers: { etag: '"5"' }, json: { total: 1_515_00 } });
    expect(figuresOf(after)).toEqual([
      ['2017-05-02', 5_00, 1_515_00],
      ['2017-05-02', 500_00, 1_510_00],
    ]);
    const cursor = String((after.json as Lines).next);
    const rest = await statement('42', { query: { 'as-at': minute(2), cursor } });
    expect(figuresOf(rest)).toEqual(figuresOf(before));
    expect(faultsOf(await statement('42', { query: { 'as-at': minute(1), cursor } }))).toEqual([
      400,
      ['cursor invalid-cursor'],
    ]);
  });
});

describe('A timeline', () => {
  it('has a late payment in its place, interest restated, and no correction', async () => {
    const { timeline } = await recorded(paid, [retroactive(500_00, '2017-04-10', '2017-05-02')]);
    expect(await timeline('42')).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', etag: '"5"' },
      json: {
        id: '42',
        total: 1_515_00,
        lines: [
          { on: '2017-04-28', what: 'InterestPaid', amount: 15_00, total: 1_515_00 },
          { on: '2017-04-10', what: 'RetroactivePaymentReceived', amount: 500_00, total: 1_500_00 },
          { on: '2017-04-01', what: 'PaymentReceived', amount: 1_000_00, total: 1_000_00 },
          { on: '2017-04-01', what: 'AccountOpened', amount: 0, total: 0 },
        ],
        next: null,
      },
    });
    const inApril = await timeline('42', { query: { 'as-of': '2017-04-10' } });
    expect(inApril).toMatchObject({ headers: { etag: '"5"' }, json: { total: 1_500_00 } });
  });

  it('has money in time for what was withdrawn once it was there', async () => {
    const { timeline } = await recorded(
      [open],
      [retroactive(100_00, '2017-04-02', '2017-05-01')],
      [withdraw(100_00, '2017-05-01')],
    );
    expect(figuresOf(await timeline('42'))).toEqual([
      ['2017-05-01', -100_00, 0],
      ['2017-04-02', 100_00, 100_00],
      ['2017-04-01', 0, 0],
    ]);
  });

  it('of a closed account ends with its closing', async () => {
    const { timeline } = await recorded([open], [close('2017-06-01')]);
    expect((await timeline('42')).json).toMatchObject({ total: 0, lines: [{ what: 'AccountClosed' }, {}] });
    const before = await timeline('42', { query: { 'as-of': '2017-05-31' } });
    expect(before.json).toMatchObject({ lines: [{ what: 'AccountOpened' }] });
  });

  it('of an account that opens later has nothing yet, and 404 of one that nobody opened', async () => {
    const { timeline, statement } = await recorded([{ what: 'open', data: { owner: 'Ann', on: '2030-01-01' } }]);
    expect(faultsOf(await timeline('42', { query: { 'as-of': '2026-11-20' } }))).toEqual([
      400,
      ['as-of before-the-beginning'],
    ]);
    expect((await timeline('42')).json).toMatchObject({ lines: [{ on: '2030-01-01' }] });
    expect((await timeline('43')).statusCode).toBe(404);
    expect((await timeline('43', { query: { 'as-of': '2017-01-01' } })).statusCode).toBe(404);
    expect((await statement('43', { query: { 'as-at': minute(1) } })).statusCode).toBe(404);
  });

  it('may be long: it comes in pages, each line once', async () => {
    const { timeline, record } = await recorded([open]);
    for (let commit = 0; commit < 12; commit += 1) {
      const events = Array.from(
        { length: 100 },
        (_, index): AccountEvent => ({
          what: 'PaymentReceived',
          data: { amount: 100 * commit + index },
          effectiveAt: '2017-04-01',
        }),
      );
      await record('42', ...events);
    }
    const first = await timeline('42');
    const rest = await timeline('42', { query: { cursor: String((first.json as Lines).next) } });
    const amounts = [first, rest].map((answer) => (answer.json as Lines).lines.map(({ amount }) => amount));
    expect(amounts.map(({ length }) => length)).toEqual([1_000, 201]);
    expect(amounts.flat()).toEqual([...Array.from({ length: 1_200 }, (_, index) => 1_199 - index), 0]);
    expect(rest.json.next).toBe(null);
  });
});

describe('What if', () => {
  it('tells what a payment would have come to, and records nothing', async () => {
    const { whatIf, statement } = await recorded(paid);
    const before = await statement('42');
    expect(await whatIf('42', { payment: '50000', on: '2017-04-10' })).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', etag: '"3"' },
      json: {
        total: 1_515_00,
        difference: 505_00,
        lines: [
          { on: '2017-04-28', what: 'InterestPaid', amount: 15_00, total: 1_515_00 },
          { on: '2017-04-10', what: 'PaymentReceived', amount: 500_00, total: 1_500_00 },
          { on: '2017-04-01', what: 'PaymentReceived', amount: 1_000_00, total: 1_000_00 },
          { on: '2017-04-01', what: 'AccountOpened', amount: 0, total: 0 },
        ],
      },
    });
    expect(await statement('42')).toEqual(before);
  });

  it('may be asked of the day of the opening, of today and of any day to come', async () => {
    const { whatIf } = await recorded(paid);
    for (const [on, difference] of [
      ['2017-04-01', 101],
      ['2017-04-28', 100],
      ['2099-12-31', 100],
    ] as const) {
      expect((await whatIf('42', { payment: '100', on })).json).toMatchObject({ difference });
    }
  });

  it('may be asked of a closed account up to the day before its closing', async () => {
    const { whatIf } = await recorded([...paid, withdraw(1_010_00, '2017-05-01'), close('2017-06-01')]);
    expect((await whatIf('42', { payment: '10000', on: '2017-04-01' })).json).toMatchObject({
      total: 101_00,
      difference: 101_00,
      lines: [{ what: 'AccountClosed', total: 101_00 }, {}, {}, {}, {}, {}],
    });
    expect((await whatIf('42', { payment: '1', on: '2017-05-31' })).statusCode).toBe(200);
    for (const on of ['2017-06-01', '2030-01-01']) {
      expect(faultsOf(await whatIf('42', { payment: '1', on }))).toEqual([400, ['on account-closed']]);
    }
  });

  it.each([
    [{}, ['payment', 'on']],
    [{ payment: '1' }, ['on']],
    [{ on: '2017-04-10' }, ['payment']],
    ...['0', '-1', '1.5', '1e3', '01', ' 1', '+1', '', 'x', '1,1', '1000000000001', '9'.repeat(400)].map(
      (payment): [Record<string, string>, string[]] => [{ payment, on: '2017-04-10' }, ['payment']],
    ),
    ...['2017-02-30', '2017-04-10T00:00:00.000Z', '', '2017-04-10,2017-04-11', 'today'].map(
      (on): [Record<string, string>, string[]] => [{ payment: '1', on }, ['on']],
    ),
    [{ payment: '1', on: '2017-03-31' }, ['on']],
    [{ payment: '1', on: '2017-04-10', 'as-of': '2017-04-10' }, ['as-of']],
    [{ payment: '1', on: '2017-04-10', amount: '1' }, ['amount']],
    [{ payment: '1', on: '2017-04-10', limit: '0' }, ['limit']],
  ] as [Record<string, string>, string[]][])('is 400 with every fault: %j', async (query, paths) => {
    const { whatIf } = await recorded(paid);
    const { statusCode, json } = await whatIf('42', query);
    expect([statusCode, (json.errors as { path: string }[]).map(({ path }) => path)]).toEqual([400, paths]);
  });

  it('is 400 when no account could hold what it comes to, however far beyond', async () => {
    for (const doublings of [14, 2_000]) {
      const { whatIf } = await recorded([open], Array(doublings).fill(interest(100, '2017-04-02')));
      expect(faultsOf(await whatIf('42', { payment: '1000000000000', on: '2017-04-01' }))).toEqual([
        400,
        ['payment balance-too-large'],
      ]);
      expect((await whatIf('42', { payment: '1000000000000', on: '2017-04-03' })).statusCode).toBe(200);
    }
  });

  it('is 404 of an account that nobody opened', async () => {
    const { whatIf } = await recorded(paid);
    expect((await whatIf('43', { payment: '1', on: '2017-04-10' })).statusCode).toBe(404);
  });
});
