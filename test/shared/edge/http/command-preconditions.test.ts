import { describe, expect, it } from 'vitest';
import { by, edge, faultPaths } from './edge.ts';

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
    expect((await store.load(`tally-${id}` as never)).token.version).toBe(version);
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
