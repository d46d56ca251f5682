/** What pages and single commits guarantee. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamId } from '#shared/event/index.ts';
import { commitOf, someStream } from '../../../support/commits.ts';
import type { StoreUnderTest } from '../event-store.contract.ts';
import { appended, streamOf } from './append.ts';

export function readingContract(tested: StoreUnderTest): void {
  const page = async (stream: StreamId, after: number, limit: number) => {
    const { version, events, next } = await tested.store.readEvents(stream, { after, limit });
    return { version, versions: events.map(({ context }) => context.version), next };
  };

  describe('reading', () => {
    it('gives events in their published form', async () => {
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      const commit = commitOf(['a', 'b']);
      await appended(tested.store, token, commit);
      const { events } = await tested.store.readEvents(stream, { after: 1, limit: 1 });
      const { payloadHash: _, ...why } = commit.why;
      expect(events).toEqual([
        {
          context: {
            id: commit.events[1]?.id,
            what: 'Noted',
            when: commit.recordedAt,
            effectiveAt: '2026-01-01',
            who: 'clerk',
            why,
            correlationId: commit.correlationId,
            causationId: commit.causationId,
            stream,
            version: 2,
            schemaVersion: 1,
          },
          data: 'b',
        },
      ]);
    });

    it('gives pages that begin and end within commits', async () => {
      const stream = await streamOf(tested.store, 3, 1, 3);
      expect(await page(stream, 0, 2)).toEqual({ version: 7, versions: [1, 2], next: 2 });
      expect(await page(stream, 2, 3)).toEqual({ version: 7, versions: [3, 4, 5], next: 5 });
      expect(await page(stream, 5, 2)).toEqual({ version: 7, versions: [6, 7], next: null });
      expect(await page(stream, 6, 100)).toEqual({ version: 7, versions: [7], next: null });
    });

    it('gives an empty page at the end, beyond it, and of an unknown stream', async () => {
      const stream = await streamOf(tested.store, 3, 2);
      expect(await page(stream, 5, 10)).toEqual({ version: 5, versions: [], next: null });
      expect(await page(stream, 99, 10)).toEqual({ version: 5, versions: [], next: null });
      expect(await page(someStream(), 0, 10)).toEqual({ version: 0, versions: [], next: null });
      expect(await page(someStream(), 3, 10)).toEqual({ version: 0, versions: [], next: null });
    });

    it('gives every event once over the pages, whatever their sizes', async () => {
      const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(sizes, fc.integer({ min: 1, max: 5 }), async (commits, limit) => {
          const stream = await streamOf(tested.store, ...commits);
          const seen: number[] = [];
          for (let after: number | null = 0; after !== null; ) {
            const { versions, next }: Awaited<ReturnType<typeof page>> = await page(stream, after, limit);
            expect(versions.length).toBeLessThanOrEqual(limit);
            seen.push(...versions);
            after = next;
          }
          const total = commits.reduce((sum, size) => sum + size, 0);
          expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 1));
        }),
        { numRuns: 20 },
      );
    });

    it('gives large events in pages of fewer, none of them lost', async () => {
      const stream = someStream();
      let { token } = await tested.store.load(stream);
      for (let count = 0; count < 5; count += 1) {
        token = await appended(tested.store, token, commitOf(['x'.repeat(300_000)]));
      }
      const seen: number[] = [];
      for (let after: number | null = 0; after !== null; ) {
        const { versions, next, version }: Awaited<ReturnType<typeof page>> = await page(stream, after, 100);
        expect(version).toBe(5);
        seen.push(...versions);
        after = next;
      }
      expect(seen).toEqual([1, 2, 3, 4, 5]);
      expect((await tested.store.load(stream)).token.version).toBe(5);
    });

    it('is never taken in by a stream that grows meanwhile', async () => {
      const stream = someStream();
      let { token } = await tested.store.load(stream);
      const reads: Promise<{ version: number; versions: number[] }>[] = [];
      for (let count = 0; count < 40; count += 1) {
        for (const after of [token.version, token.version + 1, Math.max(0, token.version - 1)]) {
          reads.push(page(stream, after, 2));
        }
        token = await appended(tested.store, token, commitOf(count % 2 === 0 ? [1] : [1, 2]));
      }
      for (const { version, versions } of await Promise.all(reads)) {
        expect(version).toBeGreaterThanOrEqual(versions.at(-1) ?? 0);
      }
    });

    it('ends with what was recorded up to a time, a page at a time, and gives nothing of what came after', async () => {
      const stream = someStream();
      let { token } = await tested.store.load(stream);
      const second = (count: number) => `2026-01-01T00:00:0${count}.000Z`;
      for (const count of [1, 2, 2, 4]) {
        token = await appended(tested.store, token, commitOf([count], { recordedAt: second(count) }));
      }
      const upTo = async (recordedUpTo: string, range: { readonly limit?: number; readonly after?: number } = {}) => {
        const { commits, more } = await tested.store.readCommits(stream, { after: 0, ...range, recordedUpTo });
        return [commits.map(({ version }) => version), more];
      };
      expect(await upTo(second(0))).toEqual([[], false]);
      expect(await upTo(second(1))).toEqual([[1], false]);
      expect(await upTo('2026-01-01T00:00:01.999Z')).toEqual([[1], false]);
      expect(await upTo(second(2))).toEqual([[1, 2, 3], false]);
      expect(await upTo(second(9))).toEqual([[1, 2, 3, 4], false]);
      expect(await upTo(second(2), { after: 1 })).toEqual([[2, 3], false]);
      expect(await upTo(second(2), { after: 3 })).toEqual([[], false]);
      expect(await upTo(second(2), { limit: 2 })).toEqual([[1, 2], true]);
      expect(await upTo(second(2), { limit: 2, after: 2 })).toEqual([[3], false]);
      expect(await tested.store.readCommits(someStream(), { after: 0, recordedUpTo: second(9) })).toEqual({
        commits: [],
        more: false,
      });
    });

    it('finds a commit by the version of its first event only', async () => {
      const stream = await streamOf(tested.store, 2, 3);
      expect(await tested.store.readCommit(stream, 3)).toMatchObject({ stream, version: 3, events: { length: 3 } });
      expect(await tested.store.readCommit(stream, 4)).toBeUndefined();
      expect(await tested.store.readCommit(someStream(), 1)).toBeUndefined();
    });
  });
}
