/** Is every command answered as the contract says? */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KitError } from '../../../shared/event/index.ts';
import type { EventStore } from '../../../shared/store/index.ts';
import { by, edge, faultPaths } from './edge.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

const refusing = (error: unknown) => (store: EventStore) => ({
  ...store,
  load: () => Promise.reject(error),
  append: () => Promise.reject(error),
});
const away = new KitError('store-unavailable', 'table tallies-events in arn:aws:dynamodb', { retryable: true });

describe('a command that is recorded', () => {
  it('is answered with its events, the version as ETag and a token', async () => {
    const { command } = edge();
    await command('count', '1', { body: by(2) });
    expect(await command('note', '1', { body: '{"texts":["a","b"]}' })).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', etag: '"3"', 'consistency-token': 'tally-1@3' },
      json: {
        stream: 'tally-1',
        version: 3,
        events: [
          { id: expect.any(String), what: 'Noted', version: 2 },
          { id: expect.any(String), what: 'Noted', version: 3 },
        ],
      },
    });
  });

  it('is answered with no events when it changes nothing', async () => {
    const { command } = edge();
    await command('count', '1', { body: by(2) });
    const expected = { stream: 'tally-1', version: 1, events: [] };
    expect(await command('count', '1', { body: by(0) })).toMatchObject({
      statusCode: 200,
      headers: { etag: '"1"', 'consistency-token': 'tally-1@1' },
      json: expected,
    });
    expect((await command('note', 'new', { body: '{"texts":[]}' })).json).toMatchObject({ version: 0, events: [] });
  });

  it.each([
    ['arn:aws:iam::000000000000:user/clerk-7', 'clerk-7'],
    ['arn:aws:iam::000000000000:user/division/clerk-7', 'division/clerk-7'],
    ['arn:aws:sts::000000000000:assumed-role/clerks/anna', 'clerks/anna'],
    ['arn:aws:iam::000000000000:root', 'root'],
  ])('is recorded in the name of %s as %s', async (userArn, who) => {
    const { command, stream } = edge();
    await command('count', '1', { body: by(1), userArn });
    const { json } = await stream('tally-1');
    expect(json.events).toMatchObject([{ context: { who, why: { who, what: 'count' } } }]);
  });

  it('has the key of the caller as its id and the correlation of the caller', async () => {
    const { command, stream } = edge();
    await command('count', '1', { body: by(1), headers: { 'idempotency-key': 'k 1', 'x-correlation-id': 'story-9' } });
    const { json } = await stream('tally-1');
    expect(json.events).toMatchObject([
      { context: { why: { id: 'k 1' }, correlationId: 'story-9', causationId: 'k 1' } },
    ]);
  });
});

describe('a command with an idempotency key', () => {
  const key = { 'idempotency-key': 'key-1' };

  it('is answered as the first time when it comes again, whatever the precondition says', async () => {
    const { command } = edge();
    const first = await command('count', '1', { body: by(2), headers: key });
    await command('count', '1', { body: by(3) });
    const preconditions: Record<string, string>[] = [{}, { 'if-match': '"77"' }, { 'if-none-match': '*' }];
    for (const more of preconditions) {
      const again = await command('count', '1', { body: ' {"by": 2}\n', headers: { ...key, ...more } });
      expect(again).toEqual({ ...first, headers: { ...first.headers, 'idempotency-replayed': 'true' } });
    }
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
  });

  it('is 422 when the key was used for another payload or command', async () => {
    const { command } = edge();
    await command('count', '1', { body: by(2), headers: key });
    for (const again of [
      await command('count', '1', { body: by(3), headers: key }),
      await command('count-once', '1', { body: by(2), headers: key }),
    ]) {
      expect(again).toMatchObject({ statusCode: 422, json: { code: 'idempotency-key-reused', status: 422 } });
    }
  });

  it('is a command of its own on another stream', async () => {
    const { command } = edge();
    await command('count', '1', { body: by(2), headers: key });
    const other = await command('count', '2', { body: by(3), headers: key });
    expect(other).toMatchObject({ statusCode: 200, json: { version: 1 } });
    expect(other.headers).not.toHaveProperty('idempotency-replayed');
  });

  it('is decided again when it was refused or changed nothing', async () => {
    const { command } = edge();
    expect((await command('count', '1', { body: by(-1), headers: key })).statusCode).toBe(422);
    await command('count', '1', { body: by(5) });
    expect(await command('count', '1', { body: by(-1), headers: key })).toMatchObject({
      statusCode: 200,
      json: { version: 2 },
    });
  });

  it('may have up to 128 printable characters', async () => {
    const { command } = edge();
    const answers = ['a', ' ', '~'.repeat(128), '!"#%&/()=?'].map((value) =>
      command('count', '1', { body: by(1), headers: { 'idempotency-key': value } }),
    );
    for (const answer of answers) expect((await answer).statusCode).toBe(200);
    for (const value of ['', 'a'.repeat(129), 'tab\there', 'é', '\u007f']) {
      const answer = await command('count', '1', { body: by(1), headers: { 'idempotency-key': value } });
      expect([answer.statusCode, faultPaths(answer)]).toEqual([400, ['idempotency-key']]);
    }
  });
});

describe('a command with a precondition', () => {
  it('goes on when the stream is where it should be', async () => {
    const { command } = edge();
    expect((await command('count', '1', { body: by(1), headers: { 'if-none-match': '*' } })).statusCode).toBe(200);
    expect((await command('count', '1', { body: by(1), headers: { 'if-match': '"1"' } })).statusCode).toBe(200);
    expect((await command('count', '1', { body: by(1), headers: { 'if-match': '*' } })).statusCode).toBe(200);
    expect((await command('count', '2', { body: by(1), headers: { 'if-match': '"0"' } })).statusCode).toBe(200);
  });

  it.each([
    [{ 'if-match': '"1"' }, 'tally', 2],
    [{ 'if-match': '"3"' }, 'tally', 2],
    [{ 'if-match': '"9999999999999999"' }, 'tally', 2],
    [{ 'if-none-match': '*' }, 'tally', 2],
    [{ 'if-match': '*' }, 'new', 0],
    [{ 'if-match': '"1"' }, 'new', 0],
  ])('is 412 with the current version otherwise: %j on %s', async (headers, id, version) => {
    const { command, store } = edge();
    await command('note', 'tally', { body: '{"texts":["a","b"]}' });
    const answer = await command('count', id, { body: by(1), headers });
    expect(answer).toMatchObject({
      statusCode: 412,
      headers: { 'content-type': 'application/problem+json', etag: `"${version}"` },
      json: { status: 412, code: 'precondition-failed', version },
    });
    expect((await store.load(`tally-${id}` as never)).slice.version).toBe(version);
  });

  it('is 412 before any rule is asked', async () => {
    const { command } = edge();
    const answer = await command('count', '1', { body: by(-1), headers: { 'if-match': '"4"' } });
    expect(answer.statusCode).toBe(412);
  });

  it.each([
    ...['1', 'W/"1"', '"1", "2"', '"-1"', '"01"', '"1.0"', '""', '"99999999999999999"', '', '**'].map((value) => ({
      'if-match': value,
    })),
    ...['"1"', '', 'W/"1"', '*, *'].map((value) => ({ 'if-none-match': value })),
  ])('is 400 when the precondition is not one: %j', async (headers) => {
    const answer = await edge().command('count', '1', { body: by(1), headers });
    expect([answer.statusCode, faultPaths(answer)]).toEqual([400, Object.keys(headers)]);
  });

  it('is 400 when both are sent', async () => {
    const answer = await edge().command('count', '1', {
      body: by(1),
      headers: { 'if-match': '"1"', 'if-none-match': '*' },
    });
    expect(answer.statusCode).toBe(400);
  });
});

describe('a command that is refused', () => {
  it('is 422 with the code and the fields of the rule, and nothing is appended', async () => {
    const { command, stream } = edge();
    await command('count', '1', { body: by(2) });
    expect(await command('count', '1', { body: by(-3) })).toEqual({
      statusCode: 422,
      headers: { 'content-type': 'application/problem+json' },
      json: {
        type: expect.any(String),
        title: expect.any(String),
        status: 422,
        detail: 'A tally does not go below zero.',
        code: 'below-zero',
        sum: 2,
      },
    });
    expect((await stream('tally-1')).json.version).toBe(1);
  });
});

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

describe('the body of a command', () => {
  const filled = (bytes: number) => {
    const frame = JSON.stringify({ texts: [''] }).length;
    return JSON.stringify({
      texts: ['é'.repeat(Math.floor((bytes - frame) / 2)).padEnd(bytes - frame - Math.floor((bytes - frame) / 2), 'x')],
    });
  };

  it.each([false, true])('may have 256 KiB and not a byte more (base64: %s)', async (base64) => {
    const send = (bytes: number) => {
      const text = filled(bytes);
      expect(Buffer.byteLength(text)).toBe(bytes);
      return edge().command('note', '1', { body: base64 ? Buffer.from(text).toString('base64') : text, base64 });
    };
    expect((await send(256 * 1024)).statusCode).toBe(200);
    expect(await send(256 * 1024 + 1)).toMatchObject({
      statusCode: 413,
      headers: { 'content-type': 'application/problem+json' },
      json: { status: 413, code: 'body-too-large' },
    });
  });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset=UTF-8',
    'application/vnd.tally+json',
    'application/json ;a=b',
  ])('may be of type %s', async (type) => {
    expect((await edge().command('count', '1', { body: by(1), headers: { 'content-type': type } })).statusCode).toBe(
      200,
    );
  });

  it.each([
    'text/plain',
    '',
    'application/jsonp',
    'application/x-www-form-urlencoded',
    'text/json',
    'json',
    'application/json-patch',
  ])('may not be of type %j', async (type) => {
    const answer = await edge().command('count', '1', { body: by(1), headers: { 'content-type': type } });
    expect(answer).toMatchObject({
      statusCode: 415,
      headers: { 'content-type': 'application/problem+json' },
      json: { status: 415 },
    });
  });

  it('is read from base64, and must be UTF-8', async () => {
    const { command, stream } = edge();
    const body = Buffer.from('{"texts":["é😀"]}').toString('base64');
    expect((await command('note', '1', { body, base64: true })).statusCode).toBe(200);
    expect((await stream('tally-1')).json.events).toMatchObject([{ data: { text: 'é😀' } }]);
    const latin1 = Buffer.from('{"texts":["\xe9"]}', 'latin1').toString('base64');
    expect(await command('note', '1', { body: latin1, base64: true })).toMatchObject({
      statusCode: 400,
      json: { errors: [{ code: 'invalid-json' }] },
    });
  });

  it('may lead to a commit that is too large: 413, with its own code', async () => {
    // Six bytes for each character, once it is recorded as JSON.
    const body = `{"texts":["${'\\u0001'.repeat(40_000)}"]}`;
    expect((await edge().command('note', '1', { body })).statusCode).toBe(200);
    const texts = Array.from({ length: 30_000 }, () => 'a');
    expect(await edge().command('note', '1', { body: JSON.stringify({ texts }) })).toMatchObject({
      statusCode: 413,
      json: { status: 413, code: 'commit-too-large' },
    });
  });
});

describe('a command that cannot be answered', () => {
  it('is 404 when there is no such command', async () => {
    const answer = await edge().command('explode', '1', { body: by(1) });
    expect(answer).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
  });

  it('is 409 when the conflict retries are used up, and at once when the command says so', async () => {
    const { command } = edge((store) => ({ ...store, append: async () => ({ kind: 'conflict' }) }));
    const expected = {
      statusCode: 409,
      headers: { 'content-type': 'application/problem+json' },
      json: { status: 409 },
    };
    expect(await command('count', '1', { body: by(1) })).toMatchObject(expected);
    expect(await command('count-once', '1', { body: by(1) })).toMatchObject(expected);
  });

  it('is 503 with Retry-After when the store is away', async () => {
    const answer = await edge(refusing(away)).command('count', '1', { body: by(1) });
    expect(answer).toMatchObject({
      statusCode: 503,
      headers: { 'content-type': 'application/problem+json', 'retry-after': expect.stringMatching(/^\d+$/) },
      json: { status: 503 },
    });
    expect(JSON.stringify(answer)).not.toMatch(/tallies-events|arn:/);
  });

  it.each([
    new Error('ResourceNotFound: arn:aws:dynamodb:eu-west-1:000000000000:table/tallies-events'),
    new KitError('stream-corrupted', 'Stream tally-1 in tallies-events is corrupted'),
    new KitError('unknown-event', 'This code does not know tallies-events'),
    'a thrown text with tallies-events',
    undefined,
  ])('is 500 and tells nothing of %s', async (error) => {
    const answer = await edge(refusing(error)).command('count', '1', { body: by(1) });
    expect(answer).toMatchObject({
      statusCode: 500,
      headers: { 'content-type': 'application/problem+json' },
      json: { status: 500, code: 'internal-error' },
    });
    expect(JSON.stringify(answer)).not.toMatch(/tallies-events|arn:|\.ts|at \w+ \(/);
    expect(console.error).toHaveBeenCalledWith('POST /tallies/{id}/count failed', error);
  });
});
