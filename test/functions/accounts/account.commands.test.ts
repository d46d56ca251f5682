import { describe, expect, it } from 'vitest';
import { type AccountCommand, accountCommands } from '../../../functions/accounts/account.commands.ts';

const faultsOf = (what: AccountCommand['what'], data: unknown) =>
  accountCommands[what].schema.safeParse(data).error?.issues.map(({ path }) => path.join('.')) ?? [];
const isFine = (what: AccountCommand['what'], data: unknown) => faultsOf(what, data).length === 0;

const on = '2017-04-01';
const fitting: Record<AccountCommand['what'], Record<string, unknown>> = {
  open: { owner: 'Ann', on },
  'receive-payment': { amount: 1, on },
  'receive-premium': { amount: 1, on },
  'pay-interest': { percent: 1, on },
  withdraw: { amount: 1, on },
  'receive-retroactive-payment': { amount: 1, effectiveOn: on, on },
  close: { on },
};
const commands = Object.entries(fitting) as [AccountCommand['what'], Record<string, unknown>][]; // as written above

describe('the data of a command', () => {
  it('is described for every command', () => {
    expect(Object.keys(fitting)).toEqual(Object.keys(accountCommands));
  });

  it.each(commands)('of %s needs each of its fields, takes no others, and reports all faults', (what, data) => {
    expect(faultsOf(what, data)).toEqual([]);
    expect(faultsOf(what, {})).toEqual(Object.keys(data));
    const result = accountCommands[what].schema.safeParse({ ...data, one: 1, other: 2 });
    expect(result.error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys: ['one', 'other'] }]);
    for (const other of [null, [], 'text', 5, undefined]) expect(isFine(what, other)).toBe(false);
  });

  it.each(['2020-02-29', '2000-02-29', '2017-12-31', '0001-01-01'])('may have the day %s', (day) => {
    expect(isFine('close', { on: day })).toBe(true);
  });

  it.each([
    ...['2021-02-29', '1900-02-29', '2017-04-31', '2017-13-01', '2017-00-10', '2017-01-00', '2017-1-1', '17-01-01'],
    ...['2017-04-01T00:00:00Z', ' 2017-04-01', '2017/04/01', '10000-01-01', '', 20170401, null],
  ])('may not have the day %j', (day) => {
    expect(faultsOf('close', { on: day })).toEqual(['on']);
    expect(faultsOf('receive-retroactive-payment', { amount: 1, effectiveOn: day, on })).toEqual(['effectiveOn']);
  });

  it.each([1, 100, 1_000_000_000_000])('may have an amount of %i cents', (amount) => {
    expect(isFine('withdraw', { amount, on })).toBe(true);
  });

  it.each([0, -1, 1.5, 0.1, -0, 1_000_000_000_001, 2 ** 53, 1e300, Infinity, Number.NaN, '1', true, null, [1]])(
    'may not have an amount of %j',
    (amount) => {
      for (const what of ['receive-payment', 'receive-premium', 'withdraw'] as const) {
        expect(faultsOf(what, { amount, on })).toContain('amount');
      }
    },
  );

  it('may have a percentage of up to four decimals, to 100, and every one of them', () => {
    const percentages = Array.from({ length: 10_000 }, (_, index) => ((index * 997) % 1_000_000) / 10_000 + 0.0001);
    for (const percent of percentages.map((percent) => Math.round(percent * 10_000) / 10_000)) {
      expect(isFine('pay-interest', { percent, on })).toBe(true);
    }
  });

  it.each([
    0,
    -1,
    0.00001,
    0.00005,
    1e-7,
    5e-324,
    1.00001,
    33.33333,
    100.0001,
    101,
    1e300,
    Infinity,
    Number.NaN,
    '1',
    null,
  ])('may not have a percentage of %j', (percent) => {
    expect(faultsOf('pay-interest', { percent, on })).toContain('percent');
  });

  it('has an owner without outer blanks', () => {
    expect(accountCommands.open.schema.parse({ owner: '  Ann  Lee ', on }).owner).toBe('Ann  Lee');
    expect(isFine('open', { owner: ` ${'a'.repeat(200)} `, on })).toBe(true);
    for (const owner of ['', ' ', '\t\n', 'a'.repeat(201), 7, null])
      expect(faultsOf('open', { owner, on })).toContain('owner');
  });
});
