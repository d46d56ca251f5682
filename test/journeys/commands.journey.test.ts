/** What a command is answered with, and when it is refused. */
import { describe, expect, inject, it } from 'vitest';
import { accepted, account, expectProblem, newId, openAccount, stream } from '../support/account-journey.ts';
import { httpClient } from '../support/http-client.ts';

const app = httpClient(inject('appUrl'));
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('A command that is accepted', () => {
  it('answers with the stream, its version and the events, and names both in headers', async () => {
    const id = newId();
    const { headers, body } = await accepted(app.post(`/accounts/${id}/open`, { owner: 'Ada', on: '2026-01-01' }));
    expect(body).toEqual({
      stream: `account-${id}`,
      version: 1,
      events: [{ id: expect.stringMatching(UUID), what: 'AccountOpened', version: 1 }],
    });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json',
      etag: '"1"',
      'consistency-token': `account-${id}@1`,
    });
    expect(headers.has('idempotency-replayed')).toBe(false);
  });

  it('may record several events, all at once', async () => {
    const id = await openAccount(app, { amount: 100_00 });
    await accepted(app.post(`/accounts/${id}/pay-interest`, { percent: 1, on: '2026-02-01' }));
    const { headers, body } = await accepted(
      app.post(`/accounts/${id}/receive-retroactive-payment`, {
        amount: 50_00,
        effectiveOn: '2026-01-15',
        on: '2026-02-02',
      }),
    );
    expect(body.events.map(({ what, version }) => [what, version])).toEqual([
      ['RetroactivePaymentReceived', 4],
      ['RetroactiveCorrectionApplied', 5],
    ]);
    expect([body.version, headers.get('etag'), headers.get('consistency-token')]).toEqual([
      5,
      '"5"',
      `account-${id}@5`,
    ]);
    const [payment, correction] = (await stream(app, id, '?after=3')).events.map(({ context }) => context);
    expect([payment?.when, payment?.why, payment?.id === correction?.id]).toEqual([
      correction?.when,
      correction?.why,
      false,
    ]);
  });

  it.each(['a', 'A-z_0.9~', '-', '.', 'x'.repeat(128)])('takes the id %j', async (part) => {
    const id = `${newId()}${part}`.slice(-128);
    const { body } = await accepted(app.post(`/accounts/${id}/open`, { owner: 'Ada', on: '2026-01-01' }));
    expect(body.stream).toBe(`account-${id}`);
  });
});

describe('A command that a rule refuses', () => {
  const on = '2026-03-01';
  const money = { amount: 1, on };
  const notOpen = Object.entries({
    'receive-payment': money,
    'receive-premium': money,
    'pay-interest': { percent: 1, on },
    withdraw: money,
    'receive-retroactive-payment': { amount: 1, effectiveOn: '2026-02-01', on },
    close: { on },
  });

  it.each(notOpen)('%s needs an open account', async (command, body) => {
    const id = newId();
    expectProblem(await app.post(`/accounts/${id}/${command}`, body), { status: 422, code: 'account-not-open' });
    expect((await stream(app, id)).version).toBe(0);
  });

  it.each(notOpen)('%s comes too late for a closed account', async (command, body) => {
    const id = await openAccount(app);
    await accepted(app.post(`/accounts/${id}/close`, { on: '2026-01-02' }));
    expectProblem(await app.post(`/accounts/${id}/${command}`, body), { status: 422, code: 'account-not-open' });
    expect((await account(app, id)).status).toBe('closed');
  });

  it.each(notOpen)('%s cannot be booked before the last entry', async (command, body) => {
    const id = await openAccount(app, { on: '2026-03-02' });
    const refused = { status: 422, code: 'date-before-last-entry', lastEntryOn: '2026-03-02' };
    expectProblem(await app.post(`/accounts/${id}/${command}`, body), refused);
    expect((await stream(app, id)).version).toBe(1);
  });

  it.each([
    ['open', { owner: 'Eve', on }, { code: 'account-already-open' }],
    ['withdraw', { amount: 100_01, on }, { code: 'insufficient-funds', balance: 100_00 }],
    ['close', { on }, { code: 'balance-not-zero', balance: 100_00 }],
    ['receive-retroactive-payment', { amount: 1, effectiveOn: on, on }, { code: 'not-retroactive' }],
    ['receive-retroactive-payment', { amount: 1, effectiveOn: '2026-03-02', on }, { code: 'not-retroactive' }],
    [
      'receive-retroactive-payment',
      { amount: 1, effectiveOn: '2025-12-31', on },
      { code: 'before-opening', openedOn: '2026-01-01' },
    ],
  ])('%s with %j is refused with %j', async (command, body, expected) => {
    const id = await openAccount(app, { amount: 100_00 });
    expectProblem(await app.post(`/accounts/${id}/${command}`, body), { status: 422, ...expected });
    expect((await stream(app, id)).version).toBe(2);
  });

  it('is decided anew when it is sent again', async () => {
    const id = await openAccount(app);
    const withdraw = () => app.post(`/accounts/${id}/withdraw`, { amount: 50_00, on }, { 'idempotency-key': 'one' });
    expectProblem(await withdraw(), { status: 422, code: 'insufficient-funds', balance: 0 });
    await accepted(app.post(`/accounts/${id}/receive-payment`, { amount: 50_00, on }));
    const { headers } = await accepted(withdraw());
    expect(headers.has('idempotency-replayed')).toBe(false);
    expect((await account(app, id)).balance).toBe(0);
    await accepted(app.post(`/accounts/${id}/close`, { on }));
  });
});
