/** Whatever order, duplicates and losses of messages: a row and its entries are what the stream makes of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { catchUp, createInMemoryQueryTable, createRowCache, type ProjectionPorts } from '#shared/projection/index.ts';
import { concordance, counted, journal, noted, record, standings, tallyEvents } from '../../support/tally.ts';
import { anyProjection, commits, permutations, projections, upTo } from './histories-of-tallies.ts';
import { boundariesOf, contentOf, expectedContent, given, paged, stream, watchedTable } from './projection-harness.ts';

const history = [[counted(1)], [counted(2), noted('a b')], [counted(3)], [counted(4), noted('b c')]];

describe.each(projections)('The row and the entries of $name', (projection) => {
  it('are the same for every order of the messages, with and without a cache', async () => {
    const { store } = await given(...history);
    const expected = await expectedContent(store, projection, stream, 6);
    for (const order of permutations(upTo(6))) {
      for (const rows of [undefined, createRowCache()]) {
        const table = createInMemoryQueryTable();
        for (const version of order)
          await catchUp({ store, table, ...(rows && { rows }) }, projection, stream, version);
        expect(await contentOf(table, store, projection, stream)).toEqual(expected);
      }
    }
  });

  it('are the same for every order of messages that come while the log grows', async () => {
    for (const order of permutations(upTo(4))) {
      const { store, table } = await given();
      for (const [index, version] of order.entries()) {
        await record(store, stream, history[index] ?? []);
        const head = (await boundariesOf(store)).at(-1) ?? 0;
        const before = (await contentOf(table, store, projection, stream)).watermark;
        const reached = await catchUp({ store, table }, projection, stream, version);
        expect(reached).toBe(version > before ? head : before);
        expect(await contentOf(table, store, projection, stream)).toEqual(
          await expectedContent(store, projection, stream, reached),
        );
      }
    }
  });
});

describe('A row with its entries', () => {
  it('is a state that the stream has had after every write, and has everything in the end', async () => {
    const deliveries = fc.array(fc.oneof(fc.constant('record' as const), fc.nat({ max: 12 })), { maxLength: 12 });
    const setting = fc.record({ limit: fc.constantFrom(1, 2, 100), cached: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        anyProjection,
        commits,
        deliveries,
        setting,
        async (projection, all, steps, { limit, cached }) => {
          const { store, table } = await given();
          const breaches: string[] = [];
          const ports: ProjectionPorts = {
            store: paged(store, limit),
            table: watchedTable(table, store, projection, breaches),
            ...(cached && { rows: createRowCache() }),
          };
          const left = [...all];
          for (const step of [...steps, ...all.map(() => 'record' as const)]) {
            if (step === 'record') await record(store, stream, left.shift() ?? []).catch(() => {});
            else await catchUp(ports, projection, stream, step);
          }
          const head = (await boundariesOf(store)).at(-1) ?? 0;
          expect(await catchUp(ports, projection, stream, head)).toBe(head);
          expect(breaches).toEqual([]);
          expect(await contentOf(table, store, projection, stream)).toEqual(
            await expectedContent(store, projection, stream, head),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has everything that the log holds, not only what was announced', async () => {
    const { store, table } = await given(...history);
    expect(await catchUp({ store, table }, standings, stream, 1)).toBe(6);
    expect(await contentOf(table, store, standings, stream)).toEqual(
      await expectedContent(store, standings, stream, 6),
    );
  });

  it('counts events that it has no handler for', async () => {
    const { store, table } = await given([noted('a'), noted('b')]);
    await catchUp({ store, table }, journal, stream, 1);
    expect(await table.read(stream)).toEqual({ watermark: 2, row: journal.initialRow });
  });

  it('is made of the newest shape of an event', async () => {
    const [table, store] = [createInMemoryQueryTable(), createInMemoryEventStore({ events: tallyEvents })];
    await record(store, stream, [{ what: 'Counted', data: { n: 7 } }], { schemaVersion: 1 });
    await record(store, stream, [counted(1)]);
    await catchUp({ store, table }, journal, stream, 2);
    expect(await table.read(stream)).toEqual({ watermark: 2, row: { sum: 8, versions: [1, 2] } });
  });

  it('follows a long way in steps, each of whole commits', async () => {
    const { store, table } = await given(
      ...Array.from({ length: 250 }, (_, by) => [counted(by), noted(`w${by} w${by + 1}`)]),
    );
    for (const projection of [standings, concordance]) {
      const own = projection === standings ? table : createInMemoryQueryTable();
      const breaches: string[] = [];
      const watched = watchedTable(own, store, projection, breaches);
      expect(await catchUp({ store: paged(store, 200), table: watched }, projection, stream, 1)).toBe(500);
      expect(breaches).toEqual([]);
      expect(await contentOf(own, store, projection, stream)).toEqual(
        await expectedContent(store, projection, stream, 500),
      );
    }
  });
});
