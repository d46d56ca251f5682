/** A damaged log is told, and never read as if it were whole. */
import { describe, expect, it } from 'vitest';
import type { StreamId } from '#shared/event/index.ts';
import { commitOf, someStream } from '../../../support/commits.ts';
import type { StoreUnderTest } from '../event-store.contract.ts';
import { appended, streamOf } from './append.ts';

const corrupted = (stream: StreamId, expected: number, found: number) => ({
  code: 'stream-corrupted',
  retryable: false,
  message: `Stream ${stream} is corrupted: expected version ${expected}, found version ${found}.`,
});

export function corruptionContract(tested: StoreUnderTest): void {
  const read = (stream: StreamId, after: number, limit: number) => tested.store.readEvents(stream, { after, limit });

  describe('a damaged log', () => {
    it('is told when the first commit is missing', async () => {
      const stream = await streamOf(tested.store, 2, 1);
      await tested.remove(stream, 1);
      await expect(tested.store.load(stream)).rejects.toMatchObject(corrupted(stream, 1, 3));
      await expect(read(stream, 0, 10)).rejects.toMatchObject(corrupted(stream, 1, 3));
      await expect(read(stream, 1, 10)).rejects.toMatchObject(corrupted(stream, 2, 3));
    });

    it('is told when a commit in the middle is missing', async () => {
      const stream = await streamOf(tested.store, 2, 3, 2);
      const { token } = await tested.store.load(stream);
      await appended(tested.store, token, commitOf([8]));
      await tested.remove(stream, 3);
      await expect(tested.store.load(stream)).rejects.toMatchObject(corrupted(stream, 3, 6));
      await expect(read(stream, 0, 10)).rejects.toMatchObject(corrupted(stream, 3, 6));
    });

    it('is told where a page begins', async () => {
      const stream = await streamOf(tested.store, 2, 3, 2);
      await tested.remove(stream, 3);
      expect((await read(stream, 0, 1)).next).toBe(1);
      await expect(read(stream, 1, 5)).rejects.toMatchObject(corrupted(stream, 3, 6));
      await expect(read(stream, 2, 5)).rejects.toMatchObject(corrupted(stream, 3, 6));
      await expect(read(stream, 4, 5)).rejects.toMatchObject(corrupted(stream, 3, 6));
    });

    it('is told in a tail', async () => {
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      const first = await appended(tested.store, token, commitOf([1]));
      const second = await appended(tested.store, first, commitOf([2]));
      await appended(tested.store, second, commitOf([3]));
      await tested.remove(stream, 2);
      await expect(tested.store.loadTail(first)).rejects.toMatchObject(corrupted(stream, 2, 3));
    });

    it('is told after a snapshot', async () => {
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      const snapshot = { schema: 'tag', state: {}, commands: [] };
      const first = await appended(tested.store, token, commitOf([1, 2], { snapshot }));
      const second = await appended(tested.store, first, commitOf([3]));
      await appended(tested.store, second, commitOf([4]));
      await tested.remove(stream, 3);
      const load = tested.store.load(stream, { snapshotSchema: 'tag' });
      await expect(load).rejects.toMatchObject(corrupted(stream, 3, 4));
    });

    it('is told when two commits overlap', async () => {
      const stream = await streamOf(tested.store, 3);
      const { events: _, snapshot: __, ...shared } = commitOf([]);
      const events = JSON.stringify(commitOf(['overlapping', 'longer']).events);
      await tested.put({ ...shared, stream, version: 3, events });
      await expect(tested.store.load(stream)).rejects.toMatchObject(corrupted(stream, 4, 3));
      await expect(read(stream, 0, 10)).rejects.toMatchObject(corrupted(stream, 4, 3));
    });
  });
}
