/** The accounts come out to the cent, and queries tell what is acknowledged. */
import { describe, expect, inject, it, vi } from 'vitest';
import { accepted, account, expectProblem, newId, openAccount } from '../support/account-journey.ts';
import { httpClient } from '../support/http-client.ts';

const app = httpClient(inject('appUrl'));

type Line = { readonly on: string; readonly what: string; readonly amount: number; readonly total: number };
type Statement = {
  readonly id: string;
  readonly total: number;
  readonly lines: readonly Line[];
  readonly next: string | null;
};

const statement = async (id: string, headers: Readonly<Record<string, string>> = { consistency: 'strong' }) =>
  (await accepted(app.get<Statement>(`/accounts/${id}/statement`, headers))).body;

describe('The worked example', () => {
  it('comes out to the cent, with the correction of a retroactive payment', async () => {
    const id = newId();
    const send = (command: string, body: object) => accepted(app.post(`/accounts/${id}/${command}`, body));
    await send('open', { owner: 'Ada', on: '2017-04-01' });
    await send('receive-payment', { amount: 1_000_00, on: '2017-04-01' });
    for (const month of ['04', '05', '06', '07', '08']) {
      if (month !== '04') await send('receive-premium', { amount: 150_00, on: `2017-${month}-01` });
      await send('pay-interest', { percent: 1, on: `2017-${month}-28` });
    }
    expect(await account(app, id)).toMatchObject({ balance: 1_666_17 });

    await send('receive-retroactive-payment', { amount: 500_00, effectiveOn: '2017-06-11', on: '2017-08-29' });
    const corrected = await statement(id);
    expect(corrected.total).toBe(2_181_32);
    expect(corrected.lines.slice(0, 3)).toEqual([
      { on: '2017-08-29', what: 'RetroactiveCorrectionApplied', amount: 15_15, total: 2_181_32 },
      { on: '2017-08-29', what: 'RetroactivePaymentReceived', amount: 500_00, total: 2_166_17 },
      { on: '2017-08-28', what: 'InterestPaid', amount: 16_50, total: 1_666_17 },
    ]);
    await send('receive-premium', { amount: 150_00, on: '2017-09-01' });
    expect((await account(app, id)).balance).toBe(2_331_32);
    await send('pay-interest', { percent: 1, on: '2017-09-28' });
    const { total, lines } = await statement(id);
    expect(lines[0]).toEqual({ on: '2017-09-28', what: 'InterestPaid', amount: 23_31, total: 2_354_63 });
    expect([total, lines.length, lines.at(-1)]).toEqual([
      2_354_63,
      15,
      { on: '2017-04-01', what: 'AccountOpened', amount: 0, total: 0 },
    ]);
    expect(await account(app, id)).toEqual({ id, owner: 'Ada', status: 'open', balance: 2_354_63, version: 15 });
    expect(lines.map((line) => line.total)).toEqual(
      lines.map((_, index) => lines.slice(index).reduce((sum, { amount }) => sum + amount, 0)),
    );
  });
});

describe('A statement', () => {
  it.each<Record<string, string>>([{ consistency: 'strong' }, {}])(
    'comes in pages, each line once, at the version that its ETag names (%j)',
    async (headers) => {
      const id = await openAccount(app);
      for (const amount of [1, 2, 3, 4]) {
        await accepted(app.post(`/accounts/${id}/receive-payment`, { amount, on: '2026-01-02' }));
      }
      await vi.waitFor(
        async () => {
          const amounts: number[] = [];
          let query = '';
          for (let next: string | null = ''; next !== null; query = `&cursor=${next}`) {
            const page = await accepted(app.get<Statement>(`/accounts/${id}/statement?limit=2${query}`, headers));
            expect(page.headers.get('etag')).toBe('"5"');
            expect(page.body).toMatchObject({ id, total: 10 });
            expect(page.body.lines.length).toBeLessThanOrEqual(2);
            amounts.push(...page.body.lines.map(({ amount }) => amount));
            next = page.body.next;
          }
          expect(amounts).toEqual([4, 3, 2, 1, 0]);
        },
        { timeout: 15_000, interval: 50 },
      );
    },
  );

  it('is told what is wrong with its page', async () => {
    const id = await openAccount(app);
    for (const query of ['limit=0', 'limit=1001', 'cursor=x', 'limit=1&cursor=', 'page=1']) {
      const answer = await app.get(`/accounts/${id}/statement?${query}`);
      expectProblem(answer, { status: 400, code: 'invalid-input' });
    }
  });
});

describe('The accounts of an owner', () => {
  const ownedBy = (owner: string, headers: Readonly<Record<string, string>> = {}, query = '') =>
    app.get(`/owners/${encodeURIComponent(encodeURIComponent(owner))}/accounts${query}`, headers);

  it('are there by the tokens of the commands, and soon without; closed ones are left out', async () => {
    const owner = `Ünal & Söhne / ${newId()}`;
    const ids = [newId(), newId(), newId()].toSorted();
    const tokens: string[] = [];
    const send = async (id: string | undefined, command: string, body: object) => {
      const { headers } = await accepted(app.post(`/accounts/${id}/${command}`, body));
      tokens.push(headers.get('consistency-token') ?? '');
    };
    for (const id of ids) await send(id, 'open', { owner, on: '2026-01-01' });
    await send(ids[1], 'receive-payment', { amount: 7, on: '2026-01-02' });
    await send(ids[2], 'close', { on: '2026-01-02' });
    const expected = {
      owner,
      total: 7,
      accounts: [
        { id: ids[0], balance: 0 },
        { id: ids[1], balance: 7 },
      ],
    };
    const named = await accepted(ownedBy(owner, { 'consistency-token': tokens.join() }));
    expect(named.body).toEqual(expected);
    expect(named.headers.has('etag')).toBe(false);
    await vi.waitFor(async () => expect((await ownedBy(owner)).body).toEqual(expected), {
      timeout: 15_000,
      interval: 50,
    });
    const first = await accepted(ownedBy(owner, {}, '?limit=1'));
    expect(first.body).toMatchObject({ accounts: [{ id: ids[0] }], next: expect.any(String) });
    const second = await accepted(ownedBy(owner, {}, `?limit=1&cursor=${first.body.next}`));
    expect(second.body).toEqual({ owner, total: 7, accounts: [{ id: ids[1], balance: 7 }] });
  });

  it('are 404 when there is no such owner, and cannot be read strongly as a whole', async () => {
    expectProblem(await ownedBy(newId()), { status: 404 });
    const strong = await ownedBy('Ada', { consistency: 'strong' });
    expectProblem(strong, { status: 400, code: 'consistency-not-available' });
  });
});

describe('A query', () => {
  it('has everything that was acknowledged before it, when asked to', async () => {
    const id = await openAccount(app);
    for (let payment = 1; payment <= 10; payment += 1) {
      const { headers } = await accepted(app.post(`/accounts/${id}/receive-payment`, { amount: 1, on: '2026-01-02' }));
      const strong = await accepted(app.get(`/accounts/${id}`, { consistency: 'strong' }));
      expect(strong.body).toMatchObject({ balance: payment, version: payment + 1 });
      expect(strong.headers.get('etag')).toBe(headers.get('etag'));
      expect(await statement(id)).toMatchObject({ total: payment });
    }
  });

  it('has what a token names, also one of several', async () => {
    const [id, other] = [await openAccount(app), await openAccount(app)];
    const { headers } = await accepted(app.post(`/accounts/${id}/receive-payment`, { amount: 5, on: '2026-01-02' }));
    const token = headers.get('consistency-token') ?? '';
    const { body } = await accepted(
      app.get(`/accounts/${id}`, { 'consistency-token': `account-${other}@1, ${token}` }),
    );
    expect(body).toMatchObject({ balance: 5, version: 2 });
  });

  it('comes to the same without being asked to', async () => {
    const id = await openAccount(app, { amount: 10_00 });
    await accepted(app.post(`/accounts/${id}/withdraw`, { amount: 10_00, on: '2026-01-03' }));
    await accepted(app.post(`/accounts/${id}/close`, { on: '2026-01-04' }));
    const row = await vi.waitUntil(
      async () => {
        const answer = await app.get(`/accounts/${id}`);
        return answer.status === 200 && answer.body.version === 4 ? answer : undefined;
      },
      { timeout: 15_000, interval: 50 },
    );
    expect(row.body).toEqual({ id, owner: 'Ada', status: 'closed', balance: 0, version: 4 });
    expect(row.headers.get('etag')).toBe('"4"');
    await vi.waitFor(
      async () =>
        expect(await statement(id, {})).toEqual({
          id,
          total: 0,
          lines: [
            { on: '2026-01-04', what: 'AccountClosed', amount: 0, total: 0 },
            { on: '2026-01-03', what: 'MoneyWithdrawn', amount: -10_00, total: 0 },
            { on: '2026-01-01', what: 'PaymentReceived', amount: 10_00, total: 10_00 },
            { on: '2026-01-01', what: 'AccountOpened', amount: 0, total: 0 },
          ],
          next: null,
        }),
      { timeout: 15_000, interval: 50 },
    );
  });
});

it('The app says that it is well', async () => {
  expect((await accepted(app.get('/health'))).body).toEqual({ status: 'ok' });
});
