import { describe, expect, it } from 'vitest';
import { by, edge, faultPaths } from './edge.ts';

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
