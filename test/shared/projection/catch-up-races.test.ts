/** Consumers race, crash between any two steps, and lose answers: the row and the entries come out the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KitError } from '#shared/event/index.ts';
import { catchUp, createRowCache, type QueryTable } from '#shared/projection/index.ts';
import { concordance, counted, journal, record, standings, words } from '../../support/tally.ts';
import { aroundCalls } from './around-calls.ts';
import { anyProjection, commits, projections } from './histories-of-tallies.ts';
import { boundariesOf, contentOf, expectedContent, given, paged, stream, watchedTable } from './projection-harness.ts';

const crash = () => new Error('the process is gone');

/** The table of a process that ends at its call of this number: before it is done, or after. */
function endingAt(table: QueryTable, number: number, when: 'before' | 'after') {
  let calls = 0;
  return {
    table: aroundCalls(table, async (_, proceed) => {
      calls += 1;
      if (calls > number || (calls === number && when === 'before')) throw crash();
      const answer = await proceed();
      if (calls === number) throw crash();
      return answer;
    }),
    hasEnded: () => calls >= number,
  };
}

describe('Consumers that race', () => {
  it('come to the same in any interleaving, and nobody sees half a commit', async () => {
    const consumers = fc.array(fc.record({ version: fc.integer({ min: 1, max: 9 }), cached: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(
        anyProjection,
        commits,
        consumers,
        fc.scheduler(),
        async (projection, all, racing, scheduler) => {
          const { store, table } = await given(...all);
          const head = (await boundariesOf(store)).at(-1) ?? 0;
          const breaches: string[] = [];
          const watched = watchedTable(table, store, projection, breaches);
          const slow = aroundCalls(watched, (_, proceed) => scheduler.scheduleFunction(proceed)());
          const slowStore = aroundCalls(paged(store, 2), (_, proceed) => scheduler.scheduleFunction(proceed)());
          const runs = [...racing, { version: head, cached: false }].map(({ version, cached }) =>
            catchUp(
              { store: slowStore, table: slow, ...(cached && { rows: createRowCache() }) },
              projection,
              stream,
              Math.min(version, head),
            ),
          );
          await scheduler.waitFor(Promise.all(runs));
          expect(breaches).toEqual([]);
          expect(await contentOf(table, store, projection, stream)).toEqual(
            await expectedContent(store, projection, stream, head),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('give up with the stream named, as something to try again, when the row never stays as it was read', async () => {
    const { store, table } = await given([counted(1)]);
    const moving = aroundCalls(table, async (call, proceed) => (call === 'write' ? false : proceed()));
    await expect(catchUp({ store, table: moving }, journal, stream, 1)).rejects.toMatchObject({
      code: 'store-unavailable',
      retryable: true,
      message: expect.stringContaining(stream),
    });
  });
});

describe('A consumer that ends between any two steps', () => {
  const history = [[counted(2)], [words(30, 'a')], [words(105, 'b'), counted(3)], [words(160, 'c')], [counted(4)]];

  it.each(projections.flatMap((projection) => (['before', 'after'] as const).map((when) => ({ projection, when }))))(
    'leaves $projection.name to whoever comes next ($when a call is done)',
    async ({ projection, when }) => {
      for (let number = 1; ; number += 1) {
        const { store, table } = await given(...history);
        const breaches: string[] = [];
        const watched = watchedTable(table, store, projection, breaches);
        const rows = createRowCache();
        const dying = endingAt(watched, number, when);
        const reached = await catchUp({ store, table: dying.table, rows }, projection, stream, 1).catch(
          (error) => error,
        );
        if (!dying.hasEnded()) expect(reached).toBe(6);
        else if (reached !== 6) expect(reached).toMatchObject({ message: crash().message });
        // The same process may go on with what it remembers, or another that remembers nothing.
        const next = number % 2 === 0 ? { store, table: watched, rows } : { store, table: watched };
        expect(await catchUp(next, projection, stream, 6)).toBe(6);
        expect(breaches).toEqual([]);
        expect(await contentOf(table, store, projection, stream)).toEqual(
          await expectedContent(store, projection, stream, 6),
        );
        if (!dying.hasEnded()) break;
      }
    },
  );

  it('comes to the same when the answer to every first write is lost', async () => {
    for (const projection of projections) {
      const { store, table } = await given(...history);
      const heard = new Set<string>();
      const lossy = aroundCalls(table, async (call, proceed, args) => {
        const answer = await proceed();
        const name = JSON.stringify([call, args]);
        if (call.startsWith('read') || heard.has(name)) return answer;
        heard.add(name);
        throw new KitError('store-unavailable', 'the answer was lost', { retryable: true });
      });
      const rows = createRowCache();
      for (let attempt = 0; attempt < 50; attempt += 1) {
        await catchUp({ store, table: lossy, rows }, projection, stream, 6).catch(() => {});
      }
      expect(await contentOf(table, store, projection, stream)).toEqual(
        await expectedContent(store, projection, stream, 6),
      );
    }
  });
});

describe('A commit that changes more entries than one write takes', () => {
  /** A consumer that stands still before its call of this number until it is told to go on. */
  async function stalled(table: QueryTable, store: Awaited<ReturnType<typeof given>>['store'], number: number) {
    const [goOn, stands] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let calls = 0;
    const slow = aroundCalls(table, async (_, proceed) => {
      calls += 1;
      if (calls === number) {
        stands.resolve();
        await goOn.promise;
      }
      return proceed();
    });
    const done = catchUp({ store, table: slow }, concordance, stream, 2);
    await Promise.race([stands.promise, done]);
    return { goOn: goOn.resolve, done, stood: calls >= number };
  }

  it.each([2, 3, 4, 5])(
    'is completed by another while its writer stands before step %i, and the late writer changes nothing',
    async (number) => {
      const { store, table } = await given([words(80, 'a')], [words(80, 'b')]);
      await catchUp({ store: paged(store, 1), table }, concordance, stream, 1);
      const other = await given([words(80, 'a')]);
      await catchUp(other, concordance, stream, 1);
      await record(other.store, stream, [words(80, 'b')]);
      const late = await stalled(other.table, other.store, number);
      expect(late.stood).toBe(true);
      expect(await catchUp(other, concordance, stream, 2)).toBe(2);
      await record(other.store, stream, [words(90, 'a')]);
      await record(other.store, stream, [words(3, 'd')]);
      await catchUp(other, concordance, stream, 4);
      late.goOn();
      expect(await late.done).toBe(4);
      expect(await contentOf(other.table, other.store, concordance, stream)).toEqual(
        await expectedContent(other.store, concordance, stream, 4),
      );
    },
  );

  it('leaves rows of other streams, and the row of its own, as they are until it has ended', async () => {
    const { store, table } = await given([words(80, 'a')]);
    await catchUp({ store, table }, concordance, stream, 1);
    await record(store, stream, [words(80, 'b')]);
    const late = await stalled(table, store, 4);
    const found = await contentOf(table, store, concordance, stream);
    expect(found).toMatchObject({
      watermark: 1,
      announced: 2,
      row: (await expectedContent(store, concordance, stream, 1)).row,
    });
    late.goOn();
    await late.done;
    expect(await table.read(stream)).not.toHaveProperty('announced');
  });

  it('is not begun when its row or an entry of it does not fit', async () => {
    const { store, table } = await given([counted(1)]);
    await record(store, stream, [words(160, `${'ü'.repeat(1_100)} `)]);
    await expect(catchUp({ store, table }, concordance, stream, 2)).rejects.toMatchObject({
      code: 'invalid-identifier',
    });
    expect(await contentOf(table, store, concordance, stream)).toEqual({
      watermark: 1,
      row: { words: [] },
      entries: {},
    });
  });
});

it('A consumer that was overtaken in the middle of a long way goes on from where the other is', async () => {
  const { store, table } = await given(...Array.from({ length: 150 }, (_, by) => [counted(by)]));
  let overtaken = false;
  const slow = aroundCalls(table, async (call, proceed) => {
    if (call === 'write' && !overtaken) {
      overtaken = true;
      await catchUp({ store, table }, standings, stream, 150);
    }
    return proceed();
  });
  expect(await catchUp({ store, table: slow }, standings, stream, 150)).toBe(150);
  expect(await contentOf(table, store, standings, stream)).toEqual(
    await expectedContent(store, standings, stream, 150),
  );
});
