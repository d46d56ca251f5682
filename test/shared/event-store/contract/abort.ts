/** When nobody waits for the answer any longer, nothing more is begun. */
import { describe, expect, it } from 'vitest';
import { unique } from '#shared/aggregate/index.ts';
import type { EventStore, StreamToken } from '#shared/event-store/index.ts';
import { commitOf } from '../../../support/commits.ts';
import type { StoreUnderTest } from '../event-store.contract.ts';
import { dataOf, streamOf } from './append.ts';

type Call = (store: EventStore, token: StreamToken, signal: AbortSignal) => Promise<unknown>;

const CALLS: Readonly<Record<keyof EventStore, Call>> = {
  load: (store, { stream }, signal) => store.load(stream, { signal }),
  loadTail: (store, token, signal) => store.loadTail(token, { signal }),
  append: (store, token, signal) => store.append(token, commitOf(['never']), { signal }),
  appendAll: (store, token, signal) => {
    const claims = [unique('name', token.stream)];
    return store.appendAll([{ token, commit: commitOf(['never']) }], { claims, releases: [] }, { signal });
  },
  keepAnswer: (store, token, signal) => store.keepAnswer(token, 'command', 'refused', { signal }),
  readAnswer: async (store, { stream }, signal) => ({ answer: await store.readAnswer(stream, 'command', { signal }) }),
  readCommandsBefore: (store, { stream }, signal) =>
    store.readCommandsBefore(stream, { before: 2, since: '' }, { signal }),
  readCommit: (store, { stream }, signal) => store.readCommit(stream, 1, { signal }),
  readCommits: (store, { stream }, signal) => store.readCommits(stream, { after: 0 }, { signal }),
  readEvents: (store, { stream }, signal) => store.readEvents(stream, { after: 0, limit: 1 }, { signal }),
};

export function abortContract(tested: StoreUnderTest): void {
  describe('once its signal is aborted', () => {
    it.each(Object.entries(CALLS))('%s is not begun', async (_, call) => {
      const stream = await streamOf(tested.store, 1);
      const { token } = await tested.store.load(stream);
      const refused = { code: 'out-of-time', retryable: true };
      await expect(call(tested.store, token, AbortSignal.abort())).rejects.toMatchObject(refused);
      expect(await dataOf(tested.store, stream)).toEqual([1]);
      await expect(call(tested.store, token, new AbortController().signal)).resolves.toBeDefined();
    });
  });
}
