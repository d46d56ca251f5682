/** What a single append guarantees. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamId } from '#shared/event/index.ts';
import type { EventStore, NewCommit, StreamToken } from '#shared/event-store/index.ts';
import { commitOf, someStream } from '../../../support/commits.ts';
import type { StoreUnderTest } from '../event-store.contract.ts';

/** The token after the append; fails the test when there was none. */
export async function appended(store: EventStore, token: StreamToken, commit: NewCommit): Promise<StreamToken> {
  const outcome = await store.append(token, commit);
  if (outcome.kind !== 'appended' || outcome.streams[0] === undefined)
    throw new Error(`the append was a ${outcome.kind}`);
  return outcome.streams[0].token;
}

/** Appends commits with so many events each, numbered from 1. */
export async function streamOf(store: EventStore, ...sizes: number[]): Promise<StreamId> {
  const stream = someStream();
  let { token } = await store.load(stream);
  for (const size of sizes) {
    const from = token.version + 1;
    token = await appended(store, token, commitOf(Array.from({ length: size }, (_, index) => from + index)));
  }
  return stream;
}

export const dataOf = async (store: EventStore, stream: StreamId): Promise<unknown[]> =>
  (await store.load(stream)).commits.flatMap(({ events }) => events.map(({ data }) => data));

export function appendContract(tested: StoreUnderTest): void {
  describe('appending', () => {
    it('finds an unknown stream empty, at version 0', async () => {
      const stream = someStream();
      const loaded = await tested.store.load(stream);
      expect(loaded).toEqual({ token: { stream, version: 0 }, commits: [], bytes: 0 });
    });

    it('gives back what was recorded, whatever JSON it is', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 5 }), async (data) => {
          const stream = someStream();
          const { token } = await tested.store.load(stream);
          const commit = commitOf(data);
          await appended(tested.store, token, commit);
          const { commits, token: after } = await tested.store.load(stream);
          expect(after.version).toBe(data.length);
          expect(commits).toEqual([{ ...JSON.parse(JSON.stringify(commit)), stream, version: 1 }]);
        }),
        { numRuns: 25 },
      );
    });

    it('appends on the token that an append gave', async () => {
      const stream = await streamOf(tested.store, 1, 3, 2);
      expect(await dataOf(tested.store, stream)).toEqual([1, 2, 3, 4, 5, 6]);
      expect((await tested.store.load(stream)).token.version).toBe(6);
    });

    it('answers a conflict, and writes nothing, when the stream has moved on', async () => {
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      await appended(tested.store, token, commitOf(['first']));
      expect(await tested.store.append(token, commitOf(['late']))).toEqual({ kind: 'conflict' });
      expect(await tested.store.append(token, commitOf(['late', 'and', 'longer']))).toEqual({ kind: 'conflict' });
      expect(await dataOf(tested.store, stream)).toEqual(['first']);
    });

    it('lets one of many racing writers through', async () => {
      const stream = await streamOf(tested.store, 2);
      const { token } = await tested.store.load(stream);
      const racers = Array.from({ length: 16 }, (_, racer) => tested.store.append(token, commitOf([`racer ${racer}`])));
      const outcomes = await Promise.all(racers);
      expect(outcomes.filter(({ kind }) => kind === 'appended')).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === 'conflict')).toHaveLength(15);
      const winner = outcomes.findIndex(({ kind }) => kind === 'appended');
      expect(await dataOf(tested.store, stream)).toEqual([1, 2, `racer ${winner}`]);
    });

    it('recognises a commit that is sent again because its answer was lost', async () => {
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      const commit = commitOf(['once']);
      const first = await tested.store.append(token, commit);
      expect(await tested.store.append(token, commit)).toEqual(first);
      const after = await appended(tested.store, token, commit);
      await appended(tested.store, after, commitOf(['next']));
      expect(await tested.store.append(token, commit)).toEqual(first);
      expect(await dataOf(tested.store, stream)).toEqual(['once', 'next']);
    });

    it('takes another commit with the same data for another one', async () => {
      const { token } = await tested.store.load(someStream());
      await appended(tested.store, token, commitOf(['same']));
      expect(await tested.store.append(token, commitOf(['same']))).toEqual({ kind: 'conflict' });
    });

    it('takes no token but its own: a copy with another version is refused', async () => {
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      // @ts-expect-error a version and a stream are no proof
      const naked: StreamToken = { stream, version: 7 };
      await expect(tested.store.append(naked, commitOf([1]))).rejects.toThrow('without having read it');
      const copy = { ...token, version: 7 };
      await expect(tested.store.append(copy, commitOf([1]))).rejects.toThrow('without having read it');
      await expect(tested.store.appendAll([{ token: copy, commit: commitOf([1]) }])).rejects.toThrow();
      expect(() => Object.assign(token, { version: 7 })).toThrow(TypeError);
      expect(await dataOf(tested.store, stream)).toEqual([]);
    });

    it('refuses a commit without events', async () => {
      const { token } = await tested.store.load(someStream());
      await expect(tested.store.append(token, commitOf([]))).rejects.toThrow('has no events');
    });
  });
}
