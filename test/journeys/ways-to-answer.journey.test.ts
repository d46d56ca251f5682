/** A command is answered as the client prefers: without a body, with its result, or later. */
import { describe, expect, inject, it, vi } from 'vitest';
import { accepted, account, expectProblem, newId, openAccount, stream } from '../support/account-journey.ts';
import { type Answer, httpClient } from '../support/http-client.ts';

const app = httpClient(inject('appUrl'));
const on = '2026-01-02';

type Status = {
  readonly status: string;
  readonly version?: number;
  readonly events?: readonly { readonly what: string }[];
  readonly problem?: unknown;
};

/** Where a command that was answered 202 has its status. */
async function acceptedAt(answer: ReturnType<typeof app.post>): Promise<string> {
  const { status, headers, body } = await answer;
  expect({ status, body }).toMatchObject({ status: 202, body: { status: 'pending' } });
  expect(headers.get('preference-applied')).toMatch(/^respond-async/);
  return headers.get('location') ?? '';
}

/** The status once it is final. */
const ended = (path: string): Promise<Status> =>
  vi.waitFor(
    async () => {
      const { status, headers, body } = await app.get<Status>(path);
      expect(status).toBe(200);
      if (body.status === 'pending') expect(headers.get('retry-after')).toBe('1');
      expect(body.status).not.toBe('pending');
      return body;
    },
    { timeout: 20_000, interval: 50 },
  );

const later = (more: Readonly<Record<string, string>> = {}) => ({ prefer: 'respond-async', ...more });

describe('A command that prefers less or more in its answer', () => {
  it('is answered without a body, and counts', async () => {
    const id = await openAccount(app);
    const { status, headers, body } = await app.post(
      `/accounts/${id}/receive-payment`,
      { amount: 5_00, on },
      { prefer: 'return=minimal' },
    );
    expect([status, body, headers.get('etag'), headers.get('consistency-token')]).toEqual([
      204,
      undefined,
      '"2"',
      `account-${id}@2`,
    ]);
    expect(headers.get('preference-applied')).toBe('return=minimal');
    expect(await account(app, id)).toMatchObject({ balance: 5_00 });
  });

  it('is answered with what its own query answers', async () => {
    const id = newId();
    const prefer = { prefer: 'return=representation' };
    const opened = await accepted(app.post(`/accounts/${id}/open`, { owner: 'Ada', on: '2026-01-01' }, prefer));
    expect(opened.headers.get('preference-applied')).toBe('return=representation');
    const { body } = await accepted(app.post(`/accounts/${id}/receive-payment`, { amount: 5_00, on }, prefer));
    expect(body).toMatchObject({ version: 2, events: [{ what: 'PaymentReceived' }], result: await account(app, id) });
    const parcel = newId();
    const scans = [{ scanId: 's', what: 'ReceivedAtDepot', at: '2016-10-12T09:06:31.432Z', depotId: 'd' }];
    expect((await accepted(app.post(`/parcels/${parcel}/scans`, { scans }, prefer))).body).toMatchObject({
      accepted: 1,
      duplicates: 0,
      result: { id: parcel, status: 'ReceivedAtDepot', version: 1 },
    });
    // People have no query of their own.
    expect((await accepted(app.post(`/people/${newId()}/register`, { name: 'Ada' }, prefer))).body).toMatchObject({
      result: null,
    });
    const organization = newId();
    const contactDetails = { email: 'a@example.com', address: { street: 's', number: 1, zipcode: 1000, city: 'c' } };
    const registered = app.post(
      `/organizations/${organization}/register`,
      { name: organization, contactDetails },
      prefer,
    );
    expect((await accepted(registered)).body).toMatchObject({ result: { id: organization, members: [] } });
  });
});

describe('A command that is answered later', () => {
  it('is accepted, and recorded a moment later', async () => {
    const id = await openAccount(app);
    const key = `a/b c+%&"${id.slice(-12)}`;
    const path = await acceptedAt(
      app.post(`/accounts/${id}/receive-payment`, { amount: 5_00, on }, later({ 'idempotency-key': key })),
    );
    expect(path).toBe(`/commands/account-${id}/${encodeURIComponent(encodeURIComponent(key))}`);
    expect(await ended(path)).toEqual({
      stream: `account-${id}`,
      id: key,
      what: 'receive-payment',
      status: 'recorded',
      acceptedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      version: 2,
      events: [{ id: expect.any(String), what: 'PaymentReceived', version: 2 }],
    });
    expect(await account(app, id)).toMatchObject({ balance: 5_00 });
  });

  it('is carried out in the order of acceptance, fifty to one account', async () => {
    const id = await openAccount(app);
    const paths: string[] = [];
    for (let amount = 1; amount <= 50; amount += 1) {
      paths.push(await acceptedAt(app.post(`/accounts/${id}/receive-payment`, { amount, on }, later())));
    }
    const versions = await Promise.all(paths.map(async (path) => (await ended(path)).version));
    expect(versions).toEqual(paths.map((_, index) => index + 2));
    const amounts = (await stream(app, id, '?after=1')).events.map(({ data }) => (data as { amount: number }).amount);
    expect(amounts).toEqual(paths.map((_, index) => index + 1));
  });

  it('has a command of its own answer it in its own words', async () => {
    const id = newId();
    const scan = { scanId: 's', what: 'ReceivedAtDepot', at: '2016-10-12T09:06:31.432Z', depotId: 'd' };
    const send = () => app.post(`/parcels/${id}/scans`, { scans: [scan] }, later());
    expect(await ended(await acceptedAt(send()))).toMatchObject({ status: 'recorded', accepted: 1, duplicates: 0 });
    expect(await ended(await acceptedAt(send()))).toMatchObject({ status: 'unchanged', accepted: 0, duplicates: 1 });
  });

  it.each([
    ['a rule', 'withdraw', { amount: 9_99, on }, {}],
    ['a precondition', 'receive-payment', { amount: 1, on }, { 'if-match': '"77"' }],
    ['a key that is taken', 'receive-payment', { amount: 2, on }, { 'idempotency-key': 'taken' }],
  ])('is rejected for %s with the problem of a direct answer', async (_, command, body, headers) => {
    const id = await openAccount(app);
    await accepted(app.post(`/accounts/${id}/receive-payment`, { amount: 1, on }, { 'idempotency-key': 'taken' }));
    const direct = await app.post(`/accounts/${id}/${command}`, body, headers);
    expect(direct.status).toBeGreaterThanOrEqual(400);
    const status = await ended(await acceptedAt(app.post(`/accounts/${id}/${command}`, body, later(headers))));
    expect(status).toMatchObject({ status: 'rejected', problem: direct.body });
  });

  it('is told at once what is wrong with it without its stream', async () => {
    const id = newId();
    const path = `/accounts/${id}/open`;
    const sent = { owner: 'Ada', on: '2026-01-01' };
    expectProblem(await app.post(path, { owner: 1 }, later()), { status: 400, code: 'invalid-input' });
    expectProblem(await app.post(path, sent, later({ 'if-match': '3' })), { status: 400, code: 'invalid-input' });
    expectProblem(await app.post('/accounts/a%20b/open', sent, later()), { status: 400, code: 'invalid-input' });
    expectProblem(await app.post(`/accounts/${id}/close-up`, sent, later()), { status: 404 });
    expectProblem(await app.post(path, sent, later({ 'content-type': 'text/plain' })), { status: 415 });
    expectProblem(await app.post(path, { owner: 'x'.repeat(300_000), on }, later()), { status: 413 });
    expect((await stream(app, id)).version).toBe(0);
  });

  it('is answered as if it were at once when it ends within the wait', async () => {
    const [id, other] = [await openAccount(app), await openAccount(app)];
    const body = { amount: 5_00, on };
    const shown = ({ status, headers, body }: Answer<Record<string, unknown> | undefined>) => ({
      status,
      headers: ['content-type', 'etag', 'location', 'preference-applied'].map((name) => headers.get(name)),
      body: JSON.parse(
        JSON.stringify(body ?? null)
          .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')
          .replaceAll(other, id),
      ),
    });
    for (const [command, more] of [
      ['receive-payment', ''],
      ['receive-payment', ', return=minimal'],
      ['receive-payment', ', return=representation'],
      ['open', ''],
    ] as const) {
      const sent = command === 'open' ? { owner: 'Ada', on } : body;
      const post = (account: string, prefer: string) =>
        app.post<Record<string, unknown>>(`/accounts/${account}/${command}`, sent, { prefer });
      const waited = await post(id, `respond-async, wait=20${more}`);
      expect(waited.status).not.toBe(202);
      expect(shown(waited)).toEqual(shown(await post(other, more.slice(2))));
    }
  });

  it('is recorded once under one key, and answered as replayed to whoever waits', async () => {
    const id = await openAccount(app);
    const send = (prefer: string) =>
      app.post(`/accounts/${id}/receive-payment`, { amount: 5_00, on }, { prefer, 'idempotency-key': 'k' });
    const paths = await Promise.all([send('respond-async'), send('respond-async')].map(acceptedAt));
    expect(new Set(paths).size).toBe(1);
    await ended(paths[0] ?? '');
    const { headers, body } = await accepted(send('respond-async, wait=5'));
    expect([headers.get('idempotency-replayed'), body.version]).toEqual(['true', 2]);
    const direct = await accepted(
      app.post(`/accounts/${id}/receive-payment`, { amount: 5_00, on }, { 'idempotency-key': 'k' }),
    );
    expect(direct.body).toEqual(body);
    expect(await account(app, id)).toMatchObject({ balance: 5_00 });
  });

  it('is not there where none was accepted', async () => {
    const id = await openAccount(app);
    await accepted(app.post(`/accounts/${id}/receive-payment`, { amount: 1, on }, { 'idempotency-key': 'direct' }));
    for (const path of [
      `account-${id}/direct`,
      `account-${id}/none`,
      'account-/k',
      'nothing/k',
      'ACCOUNT-1/k',
      'x-1/%00',
    ]) {
      expectProblem(await app.get(`/commands/${path}`), { status: 404, code: 'not-found' });
    }
  });
});
