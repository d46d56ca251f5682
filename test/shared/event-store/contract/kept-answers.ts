/** What is answered to a command that appends nothing is kept beside the stream, where the stream stands. */
import { describe, expect, it } from 'vitest';
import { unique } from '#shared/aggregate/index.ts';
import { commitOf } from '../../../support/commits.ts';
import type { StoreUnderTest } from '../event-store.contract.ts';
import { dataOf, streamOf } from './append.ts';

export function keptAnswerContract(tested: StoreUnderTest): void {
  describe('an answer', () => {
    const refused = { kind: 'rejected', code: 'no', fields: { left: 3 } };

    it('is kept for its command of its stream, and the stream is as it was', async () => {
      const { store } = tested;
      const stream = await streamOf(store, 2);
      const { token } = await store.load(stream);
      expect(await store.readAnswer(stream, 'c1')).toBeUndefined();
      expect(await store.keepAnswer(token, 'c1', refused)).toEqual({ kind: 'kept' });
      expect(await store.readAnswer(stream, 'c1')).toEqual(refused);
      expect(await store.readAnswer(stream, 'c2')).toBeUndefined();
      expect(await store.readAnswer(await streamOf(store, 1), 'c1')).toBeUndefined();
      expect(await dataOf(store, stream)).toEqual([1, 2]);
      expect((await store.append(token, commitOf([3]))).kind).toBe('appended');
    });

    it('may be kept again as it is, and never becomes another', async () => {
      const { store } = tested;
      const { token } = await store.load(await streamOf(store, 1));
      expect(await store.keepAnswer(token, 'c1', refused)).toEqual({ kind: 'kept' });
      expect(await store.keepAnswer(token, 'c1', refused)).toEqual({ kind: 'kept' });
      expect(await store.keepAnswer(token, 'c1', { kind: 'unchanged' })).toEqual({ kind: 'conflict' });
      expect(await store.readAnswer(token.stream, 'c1')).toEqual(refused);
    });

    it('is kept of a stream that is empty', async () => {
      const { store } = tested;
      const { token } = await store.load(await streamOf(store));
      expect(await store.keepAnswer(token, 'c1', refused)).toEqual({ kind: 'kept' });
      expect(await store.readAnswer(token.stream, 'c1')).toEqual(refused);
    });

    it('is not kept once the stream has moved on', async () => {
      const { store } = tested;
      const stream = await streamOf(store, 1);
      const { token } = await store.load(stream);
      await store.append(token, commitOf([2]));
      expect(await store.keepAnswer(token, 'c1', refused)).toEqual({ kind: 'conflict' });
      expect(await store.readAnswer(stream, 'c1')).toBeUndefined();
    });

    it('keeps the command out of a transaction, and no other', async () => {
      const { store } = tested;
      const stream = await streamOf(store, 1);
      const { token } = await store.load(stream);
      await store.keepAnswer(token, 'c1', refused);
      const append = (unanswered: string) =>
        store.appendAll([{ token, commit: commitOf([2]) }], {
          claims: [unique('name', stream)],
          releases: [],
          unanswered,
        });
      expect(await append('c1')).toEqual({ kind: 'conflict' });
      expect(await dataOf(store, stream)).toEqual([1]);
      expect((await append('c2')).kind).toBe('appended');
    });
  });

  describe('the commands before a version', () => {
    const recordedAt = (hour: number) => `2026-01-01T0${hour}:00:00.000Z`;

    it('are given newest first, back to those older than a time', async () => {
      const { store } = tested;
      const stream = await streamOf(store);
      for (let hour = 1; hour <= 6; hour += 1) {
        const { token } = await store.load(stream);
        const why = { id: `c${hour}`, what: 'note', when: recordedAt(hour), who: 'clerk', payloadHash: 'hash' };
        await store.append(token, commitOf([hour, hour], { recordedAt: recordedAt(hour), why }));
      }
      const { commands } = await store.readCommandsBefore(stream, { before: 11, since: recordedAt(3) });
      expect(commands).toEqual(
        [5, 4, 3].map((hour) => ({ id: `c${hour}`, payloadHash: 'hash', version: 2 * hour - 1 })),
      );
    });

    it('are given page by page', async () => {
      const { store } = tested;
      const stream = await streamOf(store);
      for (let count = 1; count <= 60; count += 1) {
        const { token } = await store.load(stream);
        await store.append(token, commitOf([count], { why: { ...commitOf([]).why, id: `c${count}` } }));
      }
      const found: string[] = [];
      for (let before: number | undefined = 61; before !== undefined; ) {
        const page = await store.readCommandsBefore(stream, { before, since: recordedAt(0) });
        found.push(...page.commands.map(({ id }) => id));
        before = page.next;
      }
      expect(found).toEqual(Array.from({ length: 60 }, (_, index) => `c${60 - index}`));
    });
  });
}
