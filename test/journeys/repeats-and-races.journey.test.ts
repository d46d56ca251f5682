/** A command that is sent twice, too late, or at the same time as others. */
import { describe, expect, inject, it } from 'vitest';
import { accepted, account, expectProblem, newId, openAccount, stream } from '../support/account-journey.ts';
import { httpClient } from '../support/http-client.ts';

const app = httpClient(inject('appUrl'));
const on = '2026-01-02';
const pay = (id: string, amount: number, headers: Readonly<Record<string, string>> = {}) =>
  app.post(`/accounts/${id}/receive-payment`, { amount, on }, headers);

describe('A repeat of a command that committed', () => {
  it('is answered as the first time, whatever has happened since and whatever If-Match says', async () => {
    const id = await openAccount(app);
    const key = { 'idempotency-key': 'first payment' };
    const first = await accepted(pay(id, 100, { ...key, 'if-match': '"1"' }));
    expect(first.headers.has('idempotency-replayed')).toBe(false);
    await accepted(pay(id, 200));
    const preconditions: Readonly<Record<string, string>>[] = [
      {},
      { 'if-match': '"1"' },
      { 'if-match': '"77"' },
      { 'if-none-match': '*' },
    ];
    for (const more of preconditions) {
      const again = await accepted(pay(id, 100, { ...key, ...more }));
      expect(again.body).toEqual(first.body);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.headers.get('etag')).toBe('"2"');
      expect(again.headers.get('consistency-token')).toBe(`account-${id}@2`);
    }
    expect(await account(app, id)).toMatchObject({ balance: 300, version: 3 });
  });

  it('is recognised by what it says, not by how its JSON is written', async () => {
    const id = await openAccount(app);
    const send = (body: string) =>
      app.send(`/accounts/${id}/receive-payment`, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'idempotency-key': 'k' },
        body,
      });
    await accepted(send(`{"amount":100,"on":"${on}"}`));
    expect((await accepted(send(`{ "on": "${on}", "amount": 1e2 }`))).headers.get('idempotency-replayed')).toBe('true');
  });

  it('is recognised after a hundred other commands', async () => {
    const id = await openAccount(app);
    const first = await accepted(pay(id, 1, { 'idempotency-key': 'long ago' }));
    for (let other = 0; other < 100; other += 1) await accepted(pay(id, 1, { 'idempotency-key': `other ${other}` }));
    const again = await accepted(pay(id, 1, { 'idempotency-key': 'long ago' }));
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await account(app, id)).toMatchObject({ balance: 101, version: 102 });
  });

  it('brings the first outcome to every copy that races', async () => {
    const id = await openAccount(app);
    const copies = await Promise.all(
      Array.from({ length: 12 }, () => accepted(pay(id, 100, { 'idempotency-key': 'race' }))),
    );
    expect(new Set(copies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(copies.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
    expect(await account(app, id)).toMatchObject({ balance: 100, version: 2 });
  });

  it('is refused when the key was used for another payload or another command', async () => {
    const id = await openAccount(app);
    const key = { 'idempotency-key': 'k' };
    await accepted(pay(id, 100, key));
    const reused = { status: 422, code: 'idempotency-key-reused' };
    expectProblem(await pay(id, 101, key), reused);
    expectProblem(await app.post(`/accounts/${id}/receive-premium`, { amount: 100, on }, key), reused);
    expect((await stream(app, id)).version).toBe(2);
  });

  it('is another command on another stream', async () => {
    const key = { 'idempotency-key': 'k'.repeat(128) };
    for (const id of [await openAccount(app), await openAccount(app)]) {
      expect((await accepted(pay(id, 100, key))).headers.has('idempotency-replayed')).toBe(false);
    }
  });
});

describe('A precondition', () => {
  it('lets a command through at the version that it names, and at no other', async () => {
    const id = await openAccount(app);
    await accepted(pay(id, 1, { 'if-match': '"1"' }));
    for (const other of ['"1"', '"0"', '"3"', '"9007199254740991"']) {
      const answer = await pay(id, 1, { 'if-match': other });
      expectProblem(answer, { status: 412, version: 2 });
      expect(answer.headers.get('etag')).toBe('"2"');
    }
    await accepted(pay(id, 1, { 'if-match': '"2"' }));
    expect(await account(app, id)).toMatchObject({ balance: 2, version: 3 });
  });

  it('can be that the stream is new', async () => {
    const id = newId();
    const open = () => app.post(`/accounts/${id}/open`, { owner: 'Ada', on }, { 'if-none-match': '*' });
    await accepted(open());
    expectProblem(await open(), { status: 412, version: 1 });
  });

  it('lets one of many through, and tells the others where the stream is', async () => {
    const id = await openAccount(app);
    const answers = await Promise.all(Array.from({ length: 8 }, () => pay(id, 1, { 'if-match': '"1"' })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(412)]);
    for (const answer of answers) if (answer.status === 412) expectProblem(answer, { status: 412, version: 2 });
    expect((await account(app, id)).balance).toBe(1);
  });
});

it('Sixteen writers on one account all succeed, each with a version of its own', async () => {
  const id = await openAccount(app);
  const amounts = Array.from({ length: 16 }, (_, index) => 2 ** index);
  const answers = await Promise.all(amounts.map((amount) => accepted(pay(id, amount))));
  const versions = answers.map(({ body }) => body.version).toSorted((one, other) => one - other);
  expect(versions).toEqual(amounts.map((_, index) => index + 2));
  expect(await account(app, id)).toMatchObject({ balance: 2 ** 16 - 1, version: 17 });
  const { events } = await stream(app, id);
  expect(events.map(({ context }) => context.version)).toEqual([1, ...versions]);
});

it('Two who withdraw the whole balance do not both get it', async () => {
  const id = await openAccount(app, { amount: 100_00 });
  const withdraw = () => app.post(`/accounts/${id}/withdraw`, { amount: 100_00, on });
  const answers = await Promise.all([withdraw(), withdraw(), withdraw(), withdraw()]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422, 422, 422]);
  for (const answer of answers) {
    if (answer.status === 422) expectProblem(answer, { status: 422, code: 'insufficient-funds', balance: 0 });
  }
});
