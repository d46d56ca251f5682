/** A command that is accepted is told of at once, and of its end where it can be asked for, or in time. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KitError } from '#shared/event/index.ts';
import { acceptedTallies } from '../../../support/accepted-tallies.ts';
import { NOW, tally } from '../../../support/tally.ts';
import { aroundCalls } from '../../projection/around-calls.ts';
import { by } from './edge.ts';

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());

const later = (key?: string, more: Readonly<Record<string, string>> = {}) => ({
  prefer: 'respond-async',
  ...(key !== undefined && { 'idempotency-key': key }),
  ...more,
});
const away = () => Promise.reject(new KitError('store-unavailable', 'away', { retryable: true }));

describe('A command that prefers respond-async', () => {
  it('is accepted under its idempotency key, pending, and then as it ended', async () => {
    const { command, statusOf, deliver } = acceptedTallies();
    expect(await command('count', '1', { body: by(2), headers: later('my/key 1') })).toEqual({
      statusCode: 202,
      headers: {
        'content-type': 'application/json',
        location: '/commands/tally-1/my%252Fkey%25201',
        'preference-applied': 'respond-async',
      },
      json: { stream: 'tally-1', id: 'my/key 1', status: 'pending' },
    });
    const common = { stream: 'tally-1', id: 'my/key 1', what: 'count', acceptedAt: expect.any(String) };
    expect(await statusOf('tally-1', 'my/key 1')).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'retry-after': '1' },
      json: { ...common, status: 'pending' },
    });
    await deliver();
    expect(await statusOf('tally-1', 'my/key 1')).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      json: { ...common, status: 'recorded', version: 1, events: [expect.objectContaining({ version: 1 })] },
    });
  });

  it('has an id of its own without a key', async () => {
    const { command, statusOf, deliver } = acceptedTallies();
    const [one, other] = [
      await command('count', '1', { body: by(2), headers: later() }),
      await command('count', '1', { body: by(2), headers: later() }),
    ];
    expect(one.json.id).not.toBe(other.json.id);
    await deliver();
    for (const { json } of [one, other]) {
      expect((await statusOf('tally-1', String(json.id))).json.status).toBe('recorded');
    }
  });

  it.each([
    ['a body that does not fit', 400, 'count', '{"by":"x"}', {}],
    ['a body that is not JSON', 400, 'count', '{', {}],
    ['a header that is none', 400, 'count', by(1), { 'if-match': 'x' }],
    ['a command that there is not', 404, 'uncount', by(1), {}],
    ['another type', 415, 'count', by(1), { 'content-type': 'text/plain' }],
    ['too much', 413, 'count', JSON.stringify({ by: 'x'.repeat(300_000) }), {}],
  ])('is told at once of %s, as without the preference', async (_, status, what, body, headers) => {
    const { command, messages } = acceptedTallies();
    const plain = await command(what, '1', { body, headers });
    expect(plain.statusCode).toBe(status);
    expect(await command(what, '1', { body, headers: later('k', headers) })).toEqual(plain);
    expect(messages.counts().visible).toBe(0);
  });

  it.each([
    ['a refusal', by(-1), {}],
    ['a precondition', by(1), { 'if-match': '"7"' }],
    ['a stream that is not new', by(1), { 'if-none-match': '*' }],
  ])('is rejected for %s with the problem that it would have been', async (_, body, headers) => {
    const { command, statusOf, deliver } = acceptedTallies();
    await command('count', '1', { body: by(0) });
    await command('note', '1', { body: '{"texts":["a"]}' });
    const direct = await command('count', '1', { body, headers });
    await command('count', '1', { body, headers: later('k', headers) });
    await deliver();
    expect((await statusOf('tally-1', 'k')).json).toMatchObject({ status: 'rejected', problem: direct.json });
    const waited = await command('count', '1', { body, headers: later('k', { ...headers, prefer: 'respond-async' }) });
    expect(waited.statusCode).toBe(202);
  });

  it('is unchanged at a version when there is nothing to do', async () => {
    const { command, statusOf, deliver } = acceptedTallies();
    await command('count', '1', { body: by(0), headers: later('k') });
    await deliver();
    const { json } = await statusOf('tally-1', 'k');
    expect([json.status, json.version, json.events]).toEqual(['unchanged', 0, undefined]);
  });

  it('is 503 and accepted at the next try when queue or log are away, and is carried out once', async () => {
    for (const part of ['queue', 'log'] as const) {
      for (const when of ['before', 'after'] as const) {
        let failures = 1;
        const around = <Port extends object>(port: Port) =>
          aroundCalls(port, async (call, proceed) => {
            const fails = (call === 'send' || call === 'write') && failures-- > 0;
            if (fails && when === 'before') return away();
            const answer = await proceed();
            return fails ? away() : answer;
          });
        const { command, statusOf, deliver, store } = acceptedTallies({ [part]: around });
        const sent = { body: by(2), headers: later('k') };
        expect((await command('count', '1', sent)).statusCode).toBe(503);
        expect((await command('count', '1', sent)).statusCode).toBe(202);
        await deliver();
        expect((await statusOf('tally-1', 'k')).json).toMatchObject({ status: 'recorded', version: 1 });
        expect((await store.load(tally('1'))).token.version).toBe(1);
      }
    }
  });
});

describe('A command that prefers respond-async and waits', () => {
  const waiting = (seconds: number, key = 'k', more = '') =>
    later(key, { prefer: `respond-async, wait=${seconds}${more}` });

  it.each([
    ['recorded', by(2), ''],
    ['recorded, without a body', by(2), ', return=minimal'],
    ['recorded, with its result', by(2), ', return=representation'],
    ['without a change', by(0), ''],
    ['refused', by(-1), ''],
  ])('is answered as at once when it ends in time: %s', async (_, body, more) => {
    const direct = acceptedTallies();
    const expected = await direct.command('count', '1', {
      body,
      headers: { 'idempotency-key': 'k', ...(more !== '' && { prefer: more.slice(2) }) },
    });
    const { command, deliver, whileWaiting } = acceptedTallies();
    whileWaiting(deliver);
    const answer = await command('count', '1', { body, headers: waiting(5, 'k', more) });
    const withoutIds = ({ json: { events, ...json }, ...rest }: typeof answer) => ({
      ...rest,
      json,
      events: events && 1,
    });
    expect(withoutIds(answer)).toEqual(withoutIds(expected));
  });

  it('is answered 202 when it does not, once the wait is over, and ends all the same', async () => {
    const { command, deliver, statusOf, time } = acceptedTallies();
    const from = time.now();
    const answer = await command('count', '1', { body: by(2), headers: waiting(3) });
    expect([answer.statusCode, answer.headers['preference-applied']]).toEqual([202, 'respond-async, wait=3']);
    expect(time.now() - from).toBe(3_000);
    await deliver();
    expect((await statusOf('tally-1', 'k')).json.status).toBe('recorded');
  });

  it('waits for no longer than its function may run', async () => {
    const { command, time } = acceptedTallies();
    const from = time.now();
    // Requests of these tests have ten seconds.
    expect((await command('count', '1', { body: by(2), headers: waiting(20) })).statusCode).toBe(202);
    expect(time.now() - from).toBe(8_000);
  });

  it('is not answered with the end of another command under the same key', async () => {
    const { command, deliver, whileWaiting } = acceptedTallies();
    let pauses = 0;
    whileWaiting(async () => {
      pauses += 1;
      if (pauses > 1) return;
      await command('count', '1', { body: by(3), headers: later('k') });
      await deliver();
    });
    expect((await command('count', '1', { body: by(2), headers: waiting(5) })).statusCode).toBe(202);
  });

  it('goes on waiting while the log does not answer', async () => {
    let failures = 3;
    const { command, deliver, whileWaiting } = acceptedTallies({
      log: (inner) => aroundCalls(inner, (call, proceed) => (call === 'read' && failures-- > 0 ? away() : proceed())),
    });
    let pauses = 0;
    whileWaiting(async () => {
      pauses += 1;
      if (pauses === 3) await deliver();
    });
    const headers = { prefer: 'respond-async, wait=5' };
    expect((await command('count', '1', { body: by(2), headers })).statusCode).toBe(200);
  });
});

describe('The same idempotency key', () => {
  it('is accepted again while the command is pending, and carried out once', async () => {
    const { command, deliver, statusOf, store, time, messages } = acceptedTallies();
    const sent = { body: by(2), headers: later('k') };
    const first = await command('count', '1', sent);
    expect(await command('count', '1', sent)).toEqual(first);
    expect(messages.counts().visible).toBe(1);
    // A queue forgets which messages it has had.
    time.advance(6 * 60_000);
    expect(await command('count', '1', sent)).toEqual(first);
    expect(messages.counts().visible).toBe(2);
    expect((await statusOf('tally-1', 'k')).json.acceptedAt).toBe(NOW);
    await deliver();
    expect((await store.load(tally('1'))).token.version).toBe(1);
  });

  it('is accepted again when the command is recorded, and answered with it as replayed to whoever waits', async () => {
    const { command, deliver, statusOf, messages } = acceptedTallies();
    const direct = await command('count', '1', { body: by(2), headers: { 'idempotency-key': 'k' } });
    await command('count', '1', { body: by(2), headers: later('k') });
    await deliver();
    expect((await command('count', '1', { body: by(2), headers: later('k') })).statusCode).toBe(202);
    expect(messages.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect((await statusOf('tally-1', 'k')).json).toMatchObject({ status: 'recorded', events: direct.json.events });
    const waited = await command('count', '1', {
      body: by(2),
      headers: later('k', { prefer: 'respond-async, wait=1' }),
    });
    expect(waited).toEqual({ ...direct, headers: { ...direct.headers, 'idempotency-replayed': 'true' } });
  });

  it('under another payload is rejected when it is carried out, and can then be asked for the first again', async () => {
    const { command, deliver, statusOf } = acceptedTallies();
    await command('count', '1', { body: by(2), headers: later('k') });
    await command('count', '1', { body: by(3), headers: later('k') });
    await deliver();
    const direct = await command('count', '1', { body: by(3), headers: { 'idempotency-key': 'k' } });
    expect(direct.json.code).toBe('idempotency-key-reused');
    expect((await statusOf('tally-1', 'k')).json).toMatchObject({ status: 'rejected', problem: direct.json });
    await command('count', '1', { body: by(2), headers: later('k') });
    await deliver();
    expect((await statusOf('tally-1', 'k')).json).toMatchObject({ status: 'recorded', version: 1 });
  });

  it('is decided again when the command was refused, also within the time in which a queue leaves copies out', async () => {
    const { command, deliver, statusOf } = acceptedTallies();
    const sent = { body: by(-1), headers: later('k') };
    await command('count', '1', sent);
    await deliver();
    expect((await statusOf('tally-1', 'k')).json.status).toBe('rejected');
    await command('count', '1', { body: by(5) });
    expect((await command('count', '1', sent)).statusCode).toBe(202);
    expect((await statusOf('tally-1', 'k')).json.status).toBe('pending');
    await deliver();
    expect((await statusOf('tally-1', 'k')).json).toMatchObject({ status: 'recorded', version: 2 });
  });

  it('is the same acceptance for copies that race', async () => {
    const { command, deliver, statusOf, store } = acceptedTallies();
    const copies = Array.from({ length: 5 }, () => command('count', '1', { body: by(2), headers: later('k') }));
    expect((await Promise.all(copies)).map(({ statusCode }) => statusCode)).toEqual([202, 202, 202, 202, 202]);
    await deliver();
    expect((await statusOf('tally-1', 'k')).json.status).toBe('recorded');
    expect((await store.load(tally('1'))).token.version).toBe(1);
  });
});

describe('The status of a command', () => {
  it.each([
    ['tally-1', 'none'],
    ['tally-2', 'k'],
    ['till-1', 'k'],
    ['TALLY', 'k'],
    ['', 'k'],
    ['tally-1', ''],
    ['tally-1', 'x'.repeat(129)],
    ['tally-1', 'é'],
  ])('is 404 where none was accepted: %j %j', async (stream, id) => {
    const { command, statusOf } = acceptedTallies();
    await command('count', '1', { body: by(1), headers: later('k') });
    expect(await statusOf(stream, id)).toMatchObject({
      statusCode: 404,
      headers: { 'content-type': 'application/problem+json' },
      json: { status: 404, code: 'not-found' },
    });
  });

  it('is 404 for a command that was answered at once', async () => {
    const { command, statusOf } = acceptedTallies();
    await command('count', '1', { body: by(1), headers: { 'idempotency-key': 'k' } });
    expect((await statusOf('tally-1', 'k')).statusCode).toBe(404);
  });
});
