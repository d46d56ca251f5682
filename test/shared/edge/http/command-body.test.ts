import { describe, expect, it, vi } from 'vitest';
import { by, edge } from './edge.ts';

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
    'text/plain; like=application/json',
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
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    // Six bytes for each character, once it is recorded as JSON.
    const body = `{"texts":["${'\\u0001'.repeat(40_000)}"]}`;
    expect((await edge().command('note', '1', { body })).statusCode).toBe(200);
    const texts = Array.from({ length: 30_000 }, () => 'a');
    expect(await edge().command('note', '1', { body: JSON.stringify({ texts }) })).toMatchObject({
      statusCode: 413,
      json: { status: 413, code: 'commit-too-large' },
    });
    expect(warned).toHaveBeenCalledOnce();
    warned.mockRestore();
  });
});
