/** A success has the form that the client prefers, and is the same command whatever is preferred. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KitError } from '#shared/event/index.ts';
import { acceptedTallies } from '../../../support/accepted-tallies.ts';
import { tally } from '../../../support/tally.ts';
import { aroundCalls } from '../../projection/around-calls.ts';
import { by, edge } from './edge.ts';

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());

const preferring = (prefer: string, more: Readonly<Record<string, string>> = {}) => ({ headers: { prefer, ...more } });

describe('A command that prefers return=minimal', () => {
  it('is answered without a body, with the headers that it has anyway', async () => {
    const { command } = acceptedTallies();
    const answer = await command('count', '1', { body: by(2), ...preferring('return=minimal') });
    expect(answer).toEqual({
      statusCode: 204,
      headers: { etag: '"1"', 'consistency-token': 'tally-1@1', 'preference-applied': 'return=minimal' },
      json: {},
    });
  });

  it('says that it was replayed, and that it changed nothing by the version alone', async () => {
    const { command } = acceptedTallies();
    const sent = { body: by(2), ...preferring('return=minimal', { 'idempotency-key': 'k' }) };
    await command('count', '1', sent);
    const again = await command('count', '1', sent);
    expect([again.statusCode, again.headers['idempotency-replayed']]).toEqual([204, 'true']);
    const idle = await command('count', '1', { body: by(0), ...preferring('return=minimal') });
    expect([idle.statusCode, idle.headers.etag]).toEqual([204, '"1"']);
  });

  it.each([
    ['refused', 'count', by(-1), {}],
    ['not valid', 'count', '{"by":"x"}', {}],
    ['on a condition that does not hold', 'count', by(1), { 'if-match': '"7"' }],
    ['none that there is', 'uncount', by(1), {}],
  ])('is told in full when it is %s', async (_, what, body, headers) => {
    const { command } = acceptedTallies();
    const plain = await command(what, '1', { body, headers });
    expect(plain.statusCode).toBeGreaterThanOrEqual(400);
    for (const prefer of ['return=minimal', 'return=representation', 'handling=strict']) {
      expect(await command(what, '1', { body, ...preferring(prefer, headers) })).toEqual(plain);
    }
  });
});

describe('A command that prefers return=representation', () => {
  const prefer = preferring('return=representation');

  it('is answered with what its own query answers, itself included', async () => {
    const { command } = acceptedTallies();
    await command('count', '1', { body: by(2) });
    const answer = await command('count', '1', { body: by(3), ...prefer });
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { etag: '"2"', 'preference-applied': 'return=representation' },
      json: { stream: 'tally-1', version: 2, events: [{ version: 2 }], result: { id: '1', sum: 5, version: 2 } },
    });
  });

  it('has what came later too when it is a repeat', async () => {
    const { command } = acceptedTallies();
    const sent = { body: by(2), ...preferring('return=representation', { 'idempotency-key': 'k' }) };
    await command('count', '1', sent);
    await command('count', '1', { body: by(3) });
    expect(await command('count', '1', sent)).toMatchObject({
      headers: { 'idempotency-replayed': 'true', etag: '"1"' },
      json: { version: 1, result: { sum: 5, version: 2 } },
    });
  });

  it('has null where there is nothing to be asked yet', async () => {
    const { command } = acceptedTallies();
    expect((await command('count', '1', { body: by(0), ...prefer })).json).toMatchObject({ version: 0, result: null });
  });

  it('is 503, recorded, and safe to repeat when the result cannot be read', async () => {
    let isAway = true;
    const { command, store } = acceptedTallies({
      store: (inner) =>
        aroundCalls(inner, (call, proceed) =>
          isAway && ['readCommits', 'readEvents'].includes(String(call))
            ? Promise.reject(new KitError('store-unavailable', 'away', { retryable: true }))
            : proceed(),
        ),
    });
    const sent = { body: by(2), ...preferring('return=representation', { 'idempotency-key': 'k' }) };
    const first = await command('count', '1', sent);
    expect(first).toMatchObject({ statusCode: 503, headers: { etag: '"1"', 'retry-after': '1' } });
    isAway = false;
    expect(await command('count', '1', sent)).toMatchObject({ statusCode: 200, json: { result: { sum: 2 } } });
    expect((await store.load(tally('1'))).token.version).toBe(1);
  });
});

describe('A preference that is not understood', () => {
  it.each(['return=everything', 'wait=5', 'respond-async=now', '"', ''])('changes nothing: %j', async (prefer) => {
    const { command } = acceptedTallies();
    const answer = await command('count', '1', { body: by(2), ...preferring(prefer) });
    expect([answer.statusCode, answer.headers]).toEqual([
      200,
      { 'content-type': 'application/json', etag: '"1"', 'consistency-token': 'tally-1@1' },
    ]);
  });

  it('is any that the handler has no means for', async () => {
    const { command } = edge();
    for (const prefer of ['return=representation', 'respond-async']) {
      const answer = await command('count', '1', { body: by(2), ...preferring(prefer) });
      expect([answer.statusCode, answer.headers['preference-applied']]).toEqual([200, undefined]);
    }
  });
});
