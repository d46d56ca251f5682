/** What cannot be stored is refused before any write. */
import { describe, expect, it } from 'vitest';
import { unique } from '#shared/aggregate/index.ts';
import { eventIdAt } from '#shared/event-store/commit.ts';
import { tokenAt } from '#shared/event-store/event-store.ts';
import { bytesInFull, fittingItem, itemBytes, MAXIMUM_ITEM_BYTES } from '#shared/event-store/fitting-item.ts';
import type { NewCommit } from '#shared/event-store/index.ts';
import { commitOf, noted, someStream } from '../../../support/commits.ts';
import type { StoreUnderTest } from '../event-store.contract.ts';
import { dataOf } from './append.ts';

const ID = '0199f0aa-0000-7000-8000-000000000000';

/** A commit that takes so many bytes in full, by our count. */
function commitOfBytes(stream: ReturnType<typeof someStream>, bytes: number): NewCommit {
  const commit = (fill: number) => commitOf([], { events: [noted('x'.repeat(fill), { id: 'filled' })] });
  const empty = commit(0);
  const bare = bytesInFull(fittingItem({ token: tokenAt(stream, 0), commit: empty }).item, empty.events);
  return { ...empty, events: commit(bytes - bare).events };
}

export function limitsContract(tested: StoreUnderTest): void {
  describe('limits', () => {
    it('takes a commit of 400 KB, and refuses one byte more with the size', async () => {
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      const tooLarge = commitOfBytes(stream, MAXIMUM_ITEM_BYTES + 1);
      await expect(tested.store.append(token, tooLarge)).rejects.toMatchObject({
        code: 'commit-too-large',
        retryable: false,
        message: expect.stringMatching(new RegExp(`${stream} takes 409601 bytes; at most 409600`)),
      });
      await expect(tested.store.appendAll([{ token, commit: tooLarge }])).rejects.toMatchObject({
        code: 'commit-too-large',
      });
      expect(await dataOf(tested.store, stream)).toEqual([]);
      const largest = await tested.store.append(token, commitOfBytes(stream, MAXIMUM_ITEM_BYTES));
      expect(largest.kind).toBe('appended');
    });

    it('measures a commit with its events written out, as they are in the feed', async () => {
      const { token } = await tested.store.load(someStream());
      const tiny = commitOf([], {
        events: Array.from({ length: 4_000 }, (_, index) => noted(0, { id: eventIdAt(ID, index) })),
      });
      expect(JSON.stringify(tiny.events).length).toBeGreaterThan(MAXIMUM_ITEM_BYTES);
      expect(
        itemBytes(fittingItem({ token, commit: { ...tiny, events: tiny.events.slice(0, 100) } }).item),
      ).toBeLessThan(1_024);
      await expect(tested.store.append(token, tiny)).rejects.toMatchObject({ code: 'commit-too-large' });
    });

    it('refuses more than 4 MB in one transaction with the size', async () => {
      const appends = Array.from({ length: 11 }, () => {
        const stream = someStream();
        return { token: tokenAt(stream, 0), commit: commitOfBytes(stream, 390_000) };
      });
      await expect(tested.store.appendAll(appends)).rejects.toMatchObject({
        code: 'commit-too-large',
        message: expect.stringMatching(/take \d{7} bytes; at most 4194304/),
      });
      for (const { token } of appends) expect(await dataOf(tested.store, token.stream)).toEqual([]);
    });

    it('refuses a version that cannot be counted', async () => {
      const stream = someStream();
      const token = tokenAt(stream, Number.MAX_SAFE_INTEGER - 1);
      await expect(tested.store.append(token, commitOf([1, 2]))).rejects.toThrow(/cannot count to version/);
    });

    it('refuses a unique value that is too long for a key', async () => {
      const { token } = await tested.store.load(someStream());
      const name = unique('name', '語'.repeat(700));
      const append = tested.store.appendAll([{ token, commit: commitOf([1]) }], { claims: [name], releases: [] });
      await expect(append).rejects.toMatchObject({ code: 'invalid-identifier' });
    });

    it('refuses a unique value that is no text, since all such would be one', async () => {
      for (const value of ['\ud800', 'a\udc00b']) {
        const { token } = await tested.store.load(someStream());
        const claims = [unique('name', value)];
        await expect(
          tested.store.appendAll([{ token, commit: commitOf([1]) }], { claims, releases: [] }),
        ).rejects.toMatchObject({ code: 'invalid-identifier' });
      }
    });

    it('takes the longest stream name and the longest unique value', async () => {
      const stream = someStream('a'.repeat(32));
      const { token } = await tested.store.load(stream);
      const longest = unique('n', `${stream}${'x'.repeat(2_039 - stream.length)}`);
      const outcome = await tested.store.appendAll([{ token, commit: commitOf([1]) }], {
        claims: [longest],
        releases: [],
      });
      expect(outcome.kind).toBe('appended');
    });
  });
}
