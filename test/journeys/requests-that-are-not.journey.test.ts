/** What somebody is told who sends what cannot be understood. */
import { describe, expect, inject, it } from 'vitest';
import { accepted, expectProblem, newId, openAccount, stream } from '../support/account-journey.ts';
import { type Answer, httpClient } from '../support/http-client.ts';

const app = httpClient(inject('appUrl'));
const on = '2026-01-02';
const JSON_TYPE = { 'content-type': 'application/json' };

type Problem = {
  readonly errors: readonly { readonly path: string; readonly code: string; readonly message: string }[];
};

/** Expects a 400 with a fault at each of the paths and at no other. */
function expectFaults(answer: Answer<unknown>, paths: readonly string[]): void {
  expectProblem(answer, { status: 400 });
  const { errors } = answer.body as Problem; // a 400 is such a problem
  expect([...new Set(errors.map(({ path }) => path))].toSorted()).toEqual(paths.toSorted());
  for (const fault of errors) {
    expect(fault).toEqual({ path: fault.path, code: expect.any(String), message: expect.any(String) });
    expect(fault.message).not.toBe('Invalid input');
  }
}

const raw = (path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = JSON_TYPE) =>
  app.send(path, { method: 'POST', headers, body });

describe('A body that does not fit', () => {
  it.each([
    ['receive-payment', { amount: -1, on: '2026-02-30', extra: true }, ['amount', 'on', 'extra']],
    ['receive-payment', {}, ['amount', 'on']],
    ['receive-payment', { amount: '100', on: 20260101 }, ['amount', 'on']],
    ['receive-payment', { amount: 1.5, on }, ['amount']],
    ['receive-payment', { amount: 0, on }, ['amount']],
    ['receive-payment', { amount: 1e300, on: `${on}T00:00:00Z` }, ['amount', 'on']],
    ['receive-payment', null, ['']],
    ['receive-payment', [], ['']],
    ['receive-payment', 'text', ['']],
    ['open', { owner: '   ', on: '01/02/2026' }, ['owner', 'on']],
    ['open', { owner: 'x'.repeat(201), on, a: 1, b: 2 }, ['owner', 'a', 'b']],
    ['pay-interest', { percent: 101, on: '' }, ['percent', 'on']],
    ['receive-retroactive-payment', { amount: null, effectiveOn: 'then', on: 'now' }, ['amount', 'effectiveOn', 'on']],
    ['close', { on: '2026-2-1', amount: 1 }, ['on', 'amount']],
  ])('%s %j is told of every fault: %j', async (command, body, paths) => {
    const id = newId();
    expectFaults(await app.post(`/accounts/${id}/${command}`, body), paths);
    expect((await stream(app, id)).version).toBe(0);
  });

  it.each(['', '{', 'amount=1', '{"amount":1,}', '\u0000'])('%j is not JSON', async (body) => {
    expectFaults(await raw(`/accounts/${newId()}/open`, body), ['']);
  });

  it('has bytes that are no text', async () => {
    expectFaults(await raw(`/accounts/${newId()}/open`, Buffer.from([0x22, 0xff, 0x22])), ['']);
  });

  it('says so of id, headers and body together', async () => {
    const headers = { 'if-match': '1', 'idempotency-key': 'x'.repeat(129) };
    const answer = await app.post('/accounts/no%20id/open', { owner: 7 }, headers);
    expectFaults(answer, ['id', 'if-match', 'idempotency-key', 'owner', 'on']);
  });
});

describe('A header or parameter that does not fit', () => {
  it.each([
    [{ 'if-match': '3' }, ['if-match']],
    [{ 'if-match': 'W/"3"' }, ['if-match']],
    [{ 'if-match': '"-1"' }, ['if-match']],
    [{ 'if-none-match': '"3"' }, ['if-none-match']],
    [{ 'if-match': '"1"', 'if-none-match': '*' }, ['if-match']],
    [{ 'idempotency-key': '' }, ['idempotency-key']],
    [{ 'idempotency-key': 'caf\u00e9' }, ['idempotency-key']],
  ])('in a command: %j', async (headers, paths) => {
    expectFaults(await app.post(`/accounts/${newId()}/open`, { owner: 'Ada', on }, headers), paths);
  });

  it.each([
    [{ consistency: 'weak' }, ['consistency']],
    [{ 'consistency-token': 'account-1' }, ['consistency-token']],
    [{ 'consistency-token': 'account-1@x,account-2@1', consistency: '' }, ['consistency', 'consistency-token']],
  ])('in a query: %j', async (headers, paths) => {
    expectFaults(await app.get(`/accounts/${newId()}`, headers), paths);
  });

  it.each([
    ['account-1?limit=0', ['limit']],
    ['account-1?limit=1001&after=-1', ['limit', 'after']],
    ['account-1?limit=ten&after=1.5', ['limit', 'after']],
    ['account-1?before=3', ['before']],
    ['account-1?after=99999999999999999999', ['after']],
    ['account', ['stream']],
    ['account-', ['stream']],
    ['account-a%252Fb?limit=x', ['stream', 'limit']],
  ])('in a question for a stream: %j', async (rest, paths) => {
    expectFaults(await app.get(`/streams/${rest}`), paths);
  });

  it.each(['a%20b', '%C3%A9', 'x'.repeat(129), 'a%252Fb', 'a:b'])('in an id: %j', async (id) => {
    expectFaults(await app.get(`/accounts/${id}`), ['id']);
    expectFaults(await app.get(`/accounts/${id}/statement`), ['id']);
    expectFaults(await app.post(`/accounts/${id}/open`, { owner: 'Ada', on }), ['id']);
  });
});

describe('What is not there', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/nothing'],
    ['GET', '/accounts'],
    ['GET', '/accounts/'],
    ['GET', '/accounts/a/nothing'],
    ['GET', '/accounts/a%2Fb'],
    ['GET', '/accounts/a/open'],
    ['POST', '/accounts/a'],
    ['POST', '/accounts/a/fly'],
    ['POST', '/accounts//open'],
    ['POST', '/health'],
    ['PUT', '/accounts/a/open'],
    ['PATCH', '/accounts/a'],
    ['DELETE', '/accounts/a'],
    ['DELETE', '/streams/account-a'],
    ['OPTIONS', '/accounts/a'],
    ['GET', '/ACCOUNTS/a'],
    ['GET', '/streams'],
  ])('%s %s is a problem document', async (method, path) => {
    expectProblem(await app.send(path, { method }), { status: 404 });
  });

  it('is an account that was never opened, also when its newest state is asked for', async () => {
    const id = newId();
    const wishes: Readonly<Record<string, string>>[] = [{}, { consistency: 'strong' }];
    for (const headers of wishes) {
      expectProblem(await app.get(`/accounts/${id}`, headers), { status: 404 });
      expectProblem(await app.get(`/accounts/${id}/statement`, headers), { status: 404 });
    }
  });
});

describe('A body of another size or type', () => {
  const LIMIT = 256 * 1024;
  const padded = (bytes: number, text = JSON.stringify({ owner: 'Ada', on })) => text + ' '.repeat(bytes - text.length);

  it('is taken up to 256 KiB and refused above', async () => {
    await accepted(raw(`/accounts/${newId()}/open`, padded(LIMIT)));
    expectProblem(await raw(`/accounts/${newId()}/open`, padded(LIMIT + 1)), { status: 413 });
    expectProblem(await raw(`/accounts/${newId()}/open`, padded(1024 * 1024)), { status: 413 });
  });

  it('counts bytes, not characters', async () => {
    const text = JSON.stringify({ owner: '\u20ac'.repeat(LIMIT / 3), on });
    expect(text.length).toBeLessThan(LIMIT);
    expectProblem(await raw(`/accounts/${newId()}/open`, text), { status: 413 });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'text/json', ''])(
    'is refused as %j',
    async (type) => {
      const body = Buffer.from(JSON.stringify({ owner: 'Ada', on }));
      const headers = type === '' ? {} : { 'content-type': type };
      expectProblem(await app.send(`/accounts/${newId()}/open`, { method: 'POST', headers, body }), { status: 415 });
    },
  );

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.tributary+json'])(
    'is taken as %j',
    async (type) => {
      await accepted(raw(`/accounts/${newId()}/open`, JSON.stringify({ owner: 'Ada', on }), { 'content-type': type }));
    },
  );
});

it('Who acts must be one who could', async () => {
  const id = await openAccount(app);
  const answer = await app.post(`/accounts/${id}/close`, { on }, { 'x-local-user': 'two names' });
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
});
