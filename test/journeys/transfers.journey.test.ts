/** Transfers over HTTP: money goes from one account to another, or back where it was, whatever happens on the way. */
import { expect, inject, it, test, vi } from 'vitest';
import { accepted, account, expectProblem, newId, openAccount, type StreamPage } from '../support/account-journey.ts';
import { httpClient } from '../support/http-client.ts';

const app = httpClient(inject('appUrl'));
const on = '2026-02-01';

type Transfer = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly amount: number;
  readonly on: string;
  readonly status: string;
  readonly reason: string | null;
  readonly version: number;
};

const request = (id: string, body: Readonly<Record<string, unknown>>) => app.post(`/transfers/${id}/request`, body);

const transfer = async (id: string) =>
  (await accepted(app.get<Transfer>(`/transfers/${id}`, { consistency: 'strong' }))).body;

/** The transfer once it has this status. */
const reached = (id: string, status: string) =>
  vi.waitFor(
    async () => {
      const found = await transfer(id);
      expect(found.status).toBe(status);
      return found;
    },
    { timeout: 40_000, interval: 50 },
  );

const balances = async (...ids: readonly string[]) =>
  (await Promise.all(ids.map((id) => account(app, id)))).map(({ balance }) => balance);

const events = async (stream: string) =>
  (await accepted(app.get<StreamPage>(`/streams/${stream}?limit=1000`))).body.events;

async function requested(body: Readonly<Record<string, unknown>>): Promise<string> {
  const id = newId();
  await accepted(request(id, { on, ...body }));
  return id;
}

test('Money goes from one account to another, as one story', async () => {
  const [from, to] = [await openAccount(app, { amount: 100 }), await openAccount(app)];
  const id = await requested({ from, to, amount: 30 });
  const { version, ...done } = await reached(id, 'completed');
  expect(done).toEqual({ id, from, to, amount: 30, on, status: 'completed', reason: null });
  expect(version).toBe(2);
  expect(await balances(from, to)).toEqual([70, 30]);

  const own = [...(await events(`transfer-${id}`)), ...(await events(`transferring-${id}`))];
  const [story] = own.map(({ context }) => context.correlationId);
  const isOfIt = ({ context }: (typeof own)[number]) => context.correlationId === story;
  expect(own.every(isOfIt)).toBe(true);
  const moved = [...(await events(`account-${from}`)), ...(await events(`account-${to}`))].filter(isOfIt);
  expect(moved.map(({ context: { what } }) => what)).toEqual(['MoneyWithdrawn', 'PaymentReceived']);
});

test('What the first account refuses fails with its reason, and the account is as it was', async () => {
  const [from, to] = [await openAccount(app, { amount: 10 }), await openAccount(app)];
  const before = await account(app, from);
  const id = await requested({ from, to, amount: 11 });
  expect(await reached(id, 'failed')).toMatchObject({ reason: 'insufficient-funds' });
  expect(await account(app, from)).toEqual(before);
  expect(await balances(to)).toEqual([0]);
});

test('What the second account does not take goes back to the first', async () => {
  const from = await openAccount(app, { amount: 100 });
  const id = await requested({ from, to: newId(), amount: 30 });
  expect(await reached(id, 'failed')).toMatchObject({ reason: 'account-not-open' });
  expect(await balances(from)).toEqual([100]);
  const what = (await events(`account-${from}`)).map(({ context }) => context.what);
  expect(what).toEqual(['AccountOpened', 'PaymentReceived', 'MoneyWithdrawn', 'PaymentReceived']);
});

test('A transfer waits for its confirmation, and goes on with it', async () => {
  const [from, to] = [await openAccount(app, { amount: 100 }), await openAccount(app)];
  const confirmBy = new Date(Date.now() + 3_600_000).toISOString();
  const id = await requested({ from, to, amount: 30, confirmBy });
  expect(await transfer(id)).toMatchObject({ status: 'awaiting-confirmation', reason: null });
  expect(await balances(from, to)).toEqual([100, 0]);
  await accepted(app.post(`/transfers/${id}/confirm`, {}));
  await reached(id, 'completed');
  expect(await balances(from, to)).toEqual([70, 30]);
  const stories = (await events(`transfer-${id}`)).map(({ context }) => context.correlationId);
  expect(new Set(stories).size).toBe(1);
});

test('A transfer that nobody confirms in time fails, and not before', async () => {
  const [from, to] = [await openAccount(app, { amount: 100 }), await openAccount(app)];
  const confirmBy = new Date(Date.now() + 2_500).toISOString();
  const id = await requested({ from, to, amount: 30, confirmBy });
  expect(await reached(id, 'failed')).toMatchObject({ reason: 'not-confirmed' });
  const failed = (await events(`transfer-${id}`)).at(-1);
  expect(String(failed?.context.when) >= confirmBy).toBe(true);
  expect(await balances(from, to)).toEqual([100, 0]);
  expectProblem(await app.post(`/transfers/${id}/confirm`, {}), { status: 422, code: 'not-awaiting-confirmation' });
});

test('Sixteen transfers at once between two accounts all come through', async () => {
  const [one, other] = [await openAccount(app, { amount: 1_000 }), await openAccount(app, { amount: 1_000 })];
  const ids = await Promise.all(
    Array.from({ length: 16 }, (_, index) => {
      const [from, to] = index % 2 === 0 ? [one, other] : [other, one];
      return requested({ from, to, amount: 1 + index });
    }),
  );
  await Promise.all(ids.map((id) => reached(id, 'completed')));
  // Even numbers go there, odd ones back: 1 + 3 + … + 15 against 2 + 4 + … + 16.
  expect(await balances(one, other)).toEqual([1_008, 992]);
});

const good = { from: 'a', to: 'b', amount: 1, on };

it.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['no amount', { ...good, amount: undefined }, 'amount'],
  ['nothing to transfer', { ...good, amount: 0 }, 'amount'],
  ['an account that cannot be', { ...good, to: 'a b' }, 'to'],
  ['a day that is none', { ...good, on: '2026-02-30' }, 'on'],
  ['a time that is none', { ...good, confirmBy: 'tomorrow' }, 'confirmBy'],
  ['a time without a zone', { ...good, confirmBy: '2026-02-01T00:00:00' }, 'confirmBy'],
  ['something else', { ...good, reason: 'gift' }, 'reason'],
])('A request with %s is refused with its place', async (_, body, path) => {
  expectProblem(await request(newId(), body), { status: 400, errors: [expect.objectContaining({ path })] });
});

it('A transfer is requested once, between two accounts, and ended by its process alone', async () => {
  const from = await openAccount(app, { amount: 1 });
  const id = await requested({ from, to: await openAccount(app), amount: 1 });
  expectProblem(await request(id, { from, to: 'x', amount: 1, on }), { status: 422, code: 'already-requested' });
  expectProblem(await request(newId(), { from, to: from, amount: 1, on }), { status: 422, code: 'same-account' });
  expectProblem(await app.post(`/transfers/${id}/retry-refund`, { on }), { status: 422, code: 'not-stuck' });
  for (const command of ['complete', 'fail', 'get-stuck']) {
    expectProblem(await app.post(`/transfers/${newId()}/${command}`, { reason: 'x' }), { status: 404 });
  }
  expectProblem(await app.get(`/transfers/${newId()}`), { status: 404 });
});
