/** What an append to several streams guarantees. */
import { describe, expect, it } from 'vitest';
import { unique } from '#shared/aggregate/index.ts';
import type { Append } from '#shared/event-store/index.ts';
import { commitOf, someStream } from '../../../support/commits.ts';
import type { StoreUnderTest } from '../event-store.contract.ts';
import { appended, dataOf } from './append.ts';

export function atomicAppendContract(tested: StoreUnderTest): void {
  const appendsTo = (count: number): Promise<Append[]> =>
    Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const { token } = await tested.store.load(someStream());
        return { token, commit: commitOf([index]) };
      }),
    );

  describe('appending to several streams', () => {
    it('records all commits, and answers with their tokens in order', async () => {
      const appends = await appendsTo(3);
      const outcome = await tested.store.appendAll(appends);
      expect(outcome).toEqual({
        kind: 'appended',
        streams: appends.map(({ token }) => ({ token: { stream: token.stream, version: 1 } })),
      });
      for (const [index, { token }] of appends.entries()) {
        expect(await dataOf(tested.store, token.stream)).toEqual([index]);
      }
    });

    it('records none when one of them has moved on', async () => {
      const appends = await appendsTo(3);
      const moved = appends[1]?.token;
      if (moved) await appended(tested.store, moved, commitOf(['other']));
      expect(await tested.store.appendAll(appends)).toEqual({ kind: 'conflict' });
      const data = await Promise.all(appends.map(({ token }) => dataOf(tested.store, token.stream)));
      expect(data).toEqual([[], ['other'], []]);
    });

    it('does not take a part of it for all of it when it is sent again', async () => {
      const [one, other] = await appendsTo(2);
      if (!one || !other) throw new Error('two appends were asked for');
      await appended(tested.store, one.token, one.commit);
      expect(await tested.store.appendAll([one, other])).toEqual({ kind: 'conflict' });
      expect(await dataOf(tested.store, other.token.stream)).toEqual([]);
    });

    it('recognises all of it when it is sent again', async () => {
      const appends = await appendsTo(3);
      const first = await tested.store.appendAll(appends);
      expect(await tested.store.appendAll(appends)).toEqual(first);
    });

    it('refuses none at all, and a stream that is named twice', async () => {
      const [append] = await appendsTo(1);
      if (!append) throw new Error('an append was asked for');
      await expect(tested.store.appendAll([])).rejects.toThrow('each of its streams once');
      await expect(tested.store.appendAll([], { claims: [unique('a', 'b')], releases: [] })).rejects.toThrow();
      await expect(tested.store.appendAll([append, { ...append, commit: commitOf([2]) }])).rejects.toThrow(
        append.token.stream,
      );
      expect(await dataOf(tested.store, append.token.stream)).toEqual([]);
    });

    it('takes 100 writes and no more, unique values among them', async () => {
      const appends = await appendsTo(100);
      const tooMany = { code: 'too-many-streams', message: expect.stringContaining('101') };
      await expect(tested.store.appendAll([...appends, ...(await appendsTo(1))])).rejects.toMatchObject(tooMany);
      const name = unique('name', someStream());
      await expect(tested.store.appendAll(appends, { claims: [name], releases: [] })).rejects.toMatchObject(tooMany);
      await expect(tested.store.appendAll(appends, { claims: [], releases: [name] })).rejects.toMatchObject(tooMany);
      expect((await tested.store.appendAll(appends)).kind).toBe('appended');
    });
  });
}
