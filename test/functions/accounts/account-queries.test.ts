/** The statement and the owners' accounts, asked over HTTP: paged, in order, and by permutation of the messages. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catchUp } from '#shared/projection/index.ts';
import type { AccountEvent } from '../../../functions/accounts/account.events.ts';
import { accounts } from '../../../functions/accounts/accounts.catalog.ts';
import { account, bank, type Lines } from './bank.ts';
import { history } from './histories.ts';

const on = '2026-01-01';
const opened = (owner: string): AccountEvent => ({ what: 'AccountOpened', data: { owner }, effectiveAt: on });
const paid = (amount: number): AccountEvent => ({ what: 'PaymentReceived', data: { amount }, effectiveAt: on });
const withdrawn = (amount: number): AccountEvent => ({ what: 'MoneyWithdrawn', data: { amount }, effectiveAt: on });
const closed: AccountEvent = { what: 'AccountClosed', data: {}, effectiveAt: on };

describe('The statement of an account of several thousand lines', () => {
  const LINES = 3_500;
  const whole = (async () => {
    const { book, record, ...rest } = bank();
    await book('42', opened('Ada'), ...Array.from({ length: 99 }, (_, index) => paid(index + 1)));
    for (let at = 100; at < LINES; at += 100) {
      await record('42', ...Array.from({ length: 100 }, (_, index) => paid(at + index)));
    }
    return rest;
  })();

  /** All lines, page by page. */
  async function linesOf(limit: string | undefined, headers: Record<string, string>) {
    const { statement } = await whole;
    const pages: Lines[] = [];
    for (let cursor: string | null | undefined; cursor !== null; cursor = pages.at(-1)?.next ?? null) {
      const query = { ...(limit !== undefined && { limit }), ...(cursor && { cursor }) };
      const answer = await statement('42', { query, headers });
      expect(answer).toMatchObject({ statusCode: 200, json: { id: '42' } });
      pages.push(answer.json as Lines);
    }
    return pages;
  }

  function expectAll(pages: readonly Lines[]) {
    const lines = pages.flatMap((page) => page.lines).toReversed();
    expect(lines.map(({ amount }) => amount)).toEqual([...Array(LINES).keys()]);
    let total = 0;
    for (const line of lines) {
      total += line.amount;
      expect(line.total).toBe(total);
    }
    expect(new Set(pages.map((page) => page.total))).toEqual(new Set([total]));
  }

  it('comes in pages of a thousand, newest first, also while most of it has not arrived', async () => {
    const pages = await linesOf(undefined, { consistency: 'strong' });
    expect(pages.map(({ lines }) => lines.length)).toEqual([1_000, 1_000, 1_000, 500]);
    expectAll(pages);
  });

  it('comes to the same from its row and its entries, in pages of any size', async () => {
    await (await whole).arrive(account('42'));
    for (const limit of ['700', '500', '1000']) {
      const pages = await linesOf(limit, {});
      expect(pages).toHaveLength(Math.ceil(LINES / Number(limit)));
      expectAll(pages);
    }
  });

  it('keeps its row small', async () => {
    const { tableOf } = await whole;
    for (const projection of accounts.projections) {
      const row = await tableOf(projection).read(account('42'));
      expect(JSON.stringify(row).length).toBeLessThan(200);
    }
  });
});

describe('The accounts of an owner', () => {
  it('are those that are not closed, by id, with their sum', async () => {
    const { book, ofOwner } = bank();
    await book('b', opened('Ada'), paid(5_00));
    await book('a', opened('Ada'), paid(7_00), withdrawn(2_00));
    await book('a-1', opened('Ada'));
    await book('c', opened('Ada'), closed);
    await book('d', opened('Ben'), paid(1));
    expect(await ofOwner('Ada')).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      json: {
        owner: 'Ada',
        total: 10_00,
        accounts: [
          { id: 'a', balance: 5_00 },
          { id: 'a-1', balance: 0 },
          { id: 'b', balance: 5_00 },
        ],
      },
    });
    await book('b', withdrawn(5_00), closed);
    expect((await ofOwner('Ada')).json).toMatchObject({ total: 5_00, accounts: [{ id: 'a' }, { id: 'a-1' }] });
  });

  it('are 404 when there is no such owner, or none of the accounts is open any more', async () => {
    const { book, ofOwner } = bank();
    await book('a', opened('Ada'), closed);
    for (const owner of ['Ada', 'Nobody', 'ada', 'Ada ', '#', 'owner#Ada']) {
      expect(await ofOwner(owner)).toMatchObject({ statusCode: 404, json: { code: 'not-found' } });
    }
  });

  it('may have any name of up to two hundred characters', async () => {
    const { book, ofOwner } = bank();
    for (const [index, owner] of ['Ünal & Söhne', 'a/b#c', '😀', 'x'.repeat(200), '__proto__'].entries()) {
      await book(`${index}`, opened(owner), paid(1));
      expect((await ofOwner(owner)).json).toEqual({ owner, total: 1, accounts: [{ id: `${index}`, balance: 1 }] });
    }
    expect((await ofOwner('x'.repeat(201))).statusCode).toBe(400);
    expect((await ofOwner('')).statusCode).toBe(400);
  });

  it('come in pages: a page behind the first is no 404 when its accounts were closed meanwhile', async () => {
    const { book, ofOwner } = bank();
    for (const id of ['a', 'b', 'c', 'd']) await book(id, opened('Ada'));
    const first = await ofOwner('Ada', { query: { limit: '2' } });
    expect(first.json).toMatchObject({ accounts: [{ id: 'a' }, { id: 'b' }], next: expect.any(String) });
    const cursor = String(first.json.next);
    const second = await ofOwner('Ada', { query: { limit: '2', cursor } });
    expect(second.json).toEqual({
      owner: 'Ada',
      total: 0,
      accounts: [
        { id: 'c', balance: 0 },
        { id: 'd', balance: 0 },
      ],
    });
    for (const id of ['c', 'd']) await book(id, closed);
    const late = await ofOwner('Ada', { query: { limit: '2', cursor } });
    expect(late).toMatchObject({ statusCode: 200, json: { owner: 'Ada', total: 0, accounts: [] } });
  });

  it('are no 404 when tokens take all of a first page away, and there are more behind it', async () => {
    const { book, record, ofOwner } = bank();
    for (const id of ['a', 'b', 'c']) await book(id, opened('Ada'));
    for (const id of ['a', 'b']) await record(id, closed);
    const headers = { 'consistency-token': 'account-a@2,account-b@2' };
    const first = await ofOwner('Ada', { query: { limit: '2' }, headers });
    expect(first).toMatchObject({ statusCode: 200, json: { accounts: [], next: expect.any(String) } });
    const rest = await ofOwner('Ada', { query: { limit: '2', cursor: String(first.json.next) }, headers });
    expect(rest.json).toMatchObject({ accounts: [{ id: 'c' }] });
  });

  it('include what tokens name, though nothing has arrived', async () => {
    const { record, ofOwner } = bank();
    await record('a', opened('Ada'), paid(3));
    await record('b', opened('Ada'), paid(4));
    const answer = await ofOwner('Ada', { headers: { 'consistency-token': 'account-a@2, account-b@2' } });
    expect(answer.json).toMatchObject({ total: 7, accounts: [{ id: 'a' }, { id: 'b' }] });
    expect((await ofOwner('Ada', { headers: { consistency: 'strong' } })).json).toMatchObject({
      code: 'consistency-not-available',
    });
  });

  it('refuse parameters that they do not have', async () => {
    const { book, ofOwner } = bank();
    await book('a', opened('Ada'));
    const answer = await ofOwner('Ada', { query: { 'as-at': '2026-01-01' } });
    expect(answer).toMatchObject({ statusCode: 400, json: { errors: [{ path: 'as-at' }] } });
  });
});

it('The answers of every projection are the same for any order of the messages, with repeats', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.array(fc.nat({ max: 40 }), { maxLength: 8 }), async (events, deliveries) => {
      const [one, other] = [bank(), bank()];
      for (const { record, store, tableOf } of [one, other]) {
        for (let at = 0; at < events.length; at += 3) {
          await record('42', ...events.slice(at, at + 3));
          if (store !== other.store) continue;
          const version = (deliveries[at / 3] ?? 0) % (at + 1);
          for (const projection of accounts.projections) {
            await catchUp({ store, table: tableOf(projection) }, projection, account('42'), version);
          }
        }
      }
      for (const projection of accounts.projections) {
        for (const { store, tableOf } of [one, other]) {
          await catchUp({ store, table: tableOf(projection) }, projection, account('42'), events.length);
        }
      }
      const answers = async ({ statement, ofOwner }: typeof one) => [
        (await statement('42')).json,
        (await ofOwner('Ann')).json,
      ];
      expect(await answers(other)).toEqual(await answers(one));
    }),
    { numRuns: 30 },
  );
});
