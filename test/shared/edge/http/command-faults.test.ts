/** All that is wrong with a command is said at once. */
import { describe, expect, it } from 'vitest';
import { by, edge, faultPaths } from './edge.ts';

describe('a command with faults', () => {
  it('is 400 with every fault at once: id, headers and body', async () => {
    const answer = await edge().command('note', 'a b', {
      body: '{"texts":[1,"fine",null],"more":1,"and":2}',
      headers: { 'idempotency-key': '', 'x-correlation-id': 'é', 'if-match': '1' },
    });
    expect(answer).toMatchObject({
      statusCode: 400,
      headers: { 'content-type': 'application/problem+json' },
      json: { status: 400, code: 'invalid-input', type: expect.any(String), title: expect.any(String) },
    });
    expect(faultPaths(answer).toSorted()).toEqual(
      ['id', 'idempotency-key', 'x-correlation-id', 'if-match', 'texts.0', 'texts.2', 'more', 'and'].toSorted(),
    );
    for (const fault of answer.json.errors as object[]) {
      expect(fault).toEqual({ path: expect.any(String), code: expect.any(String), message: expect.any(String) });
    }
  });

  it.each(['{', '', '{"by":1}}', "{'by':1}", 'undefined', '{"by":01}', '{"by":1,}'])(
    'is 400 when the body is not JSON: %s, beside the other faults',
    async (body) => {
      const answer = await edge().command('count', 'a/b', { body, headers: { 'if-match': 'x' } });
      expect(answer.statusCode).toBe(400);
      expect(answer.json.errors).toMatchObject([
        { path: 'id' },
        { path: 'if-match' },
        { path: '', code: 'invalid-json' },
      ]);
    },
  );

  it('is 400 when there is no body', async () => {
    const answer = await edge().command('count', '1');
    expect(answer).toMatchObject({ statusCode: 400, json: { errors: [{ code: 'invalid-json' }] } });
  });

  it.each([
    'null',
    '[]',
    '"text"',
    '7',
    'true',
    '{}',
    '{"by":"1"}',
    '{"by":1e400}',
    '{"by":1.5}',
    '{"by":1,"__proto__":{}}',
  ])('is 400 when the body is JSON that does not fit: %s', async (body) => {
    expect((await edge().command('count', '1', { body })).statusCode).toBe(400);
  });

  it('says in one line what is wrong and where, and that of the whole without a place', async () => {
    const { command } = edge();
    expect((await command('count', '1', { body: '{' })).json.detail).toBe('The body is not JSON.');
    const message = 'An id has 1 to 128 characters of A-Z, a-z, 0-9, _, ., ~ and -.';
    expect((await command('count', 'a b', { body: by(1) })).json.detail).toBe(`id: ${message}`);
  });

  it('says in one line what is wrong, however many faults there are', async () => {
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`f${index}`, 1])));
    const answer = await edge().command('count', '1', { body });
    expect(faultPaths(answer)).toHaveLength(20_001);
    expect(String(answer.json.detail).length).toBeLessThan(1_000);
    expect(answer.json.detail).toMatch(/; and 19991 more$/);
  });

  it.each(['1', 'A-Z_a.z~0', '~'.repeat(128), '.'])('takes the id %s', async (id) => {
    expect((await edge().command('count', id, { body: by(1) })).statusCode).toBe(200);
  });

  it.each(['', 'a b', 'a/b', 'ä', '~'.repeat(129), 'a\n', '1%', '#'])('does not take the id %j', async (id) => {
    const answer = await edge().command('count', id, { body: by(1) });
    expect([answer.statusCode, faultPaths(answer)]).toEqual([400, ['id']]);
  });
});
