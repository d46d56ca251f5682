import { describe, expect, it } from 'vitest';
import { by, edge } from './edge.ts';

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
