/** A strong answer is of one version of its stream, at least as new as what was acknowledged, whoever writes meanwhile. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '#shared/event/index.ts';
import { catchUp, createRowCache } from '#shared/projection/index.ts';
import { counted, countsKey, groupKey, record, standings, tally } from '../../support/tally.ts';
import { aroundCalls } from './around-calls.ts';
import { ask, bodyOf, EVENTUAL, STRONG, upToVersions } from './asking.ts';
import { type Content, expectedContent, given, paged, stream } from './projection-harness.ts';

const COUNTS = '/tallies/{id}/counts';
type Counts = {
  readonly sum: number;
  readonly version: number;
  readonly counts: unknown[];
  readonly next: string | null;
};

/** What the entries of a content are under a key, in order. */
const under = ({ entries }: Content, key: string) =>
  Object.entries(entries)
    .filter(([name]) => name.startsWith(`${key} | `))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, value]) => value);

/** Commits of one event or of so many that their entries take several writes. */
const commit: fc.Arbitrary<DomainEvent[]> = fc
  .tuple(fc.constantFrom(1, 1, 2, 110), fc.nat({ max: 5 }))
  .map(([events, by]) => Array.from({ length: events }, () => counted(by)));

const race = fc.record({
  before: fc.array(commit, { maxLength: 2 }),
  during: fc.array(commit, { minLength: 1, maxLength: 3 }),
  projected: fc.boolean(),
  cached: fc.boolean(),
  asked: fc.constantFrom('strong' as const, 'token' as const),
});

describe('A strong query of a row with its entries', () => {
  it('has both at one version in any interleaving with those who record and project', async () => {
    await fc.assert(
      fc.asyncProperty(race, fc.scheduler(), async ({ before, during, projected, cached, asked }, scheduler) => {
        const { store, table } = await given(...before);
        let acknowledged = before.flat().length;
        if (projected) await catchUp({ store, table }, standings, stream, Math.max(acknowledged, 1));
        const slow = <Port extends object>(port: Port) =>
          aroundCalls(port, (_, proceed) => scheduler.scheduleFunction(proceed)());
        const ports = { store: slow(paged(store, 2)), table: slow(table) };

        async function recordAll() {
          for (const events of during) {
            await scheduler.schedule(Promise.resolve());
            await record(store, stream, events);
            acknowledged += events.length;
          }
        }
        async function projectAll() {
          const rows = createRowCache();
          for (let time = 0; time <= during.length; time += 1) {
            await catchUp({ ...ports, ...(cached && { rows }) }, standings, stream, Math.max(acknowledged, 1));
          }
        }
        async function read() {
          await scheduler.schedule(Promise.resolve());
          const least = acknowledged;
          const consistency = asked === 'strong' ? STRONG : upToVersions([stream, least]);
          return { least, answer: await ask(ports, standings, COUNTS, { id: '1' }, { consistency, limit: 1_000 }) };
        }
        const running = Promise.all([read(), read(), recordAll(), projectAll(), projectAll()]);
        await scheduler.waitFor(running);
        for (const { least, answer } of (await running).slice(0, 2) as Awaited<ReturnType<typeof read>>[]) {
          if (answer.kind !== 'found') {
            expect([answer.kind, least]).toEqual(['nothing', 0]);
            continue;
          }
          const { sum, version, counts } = answer.body as Counts; // as the query makes it
          expect(version).toBeGreaterThanOrEqual(least);
          const expected = await expectedContent(store, standings, stream, version);
          expect(sum).toBe((expected.row as { sum: number }).sum);
          expect(counts).toEqual(under(expected, countsKey(stream)).toReversed());
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('A list asked for with tokens', () => {
  const streams = ['1', '2', '3'].map(tally);

  it('has each stream as it was at one version, the named one or a later, in any interleaving', async () => {
    const numbers = fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 4 })), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(numbers, numbers, fc.scheduler(), async (before, during, scheduler) => {
        const { store, table } = await given();
        const acknowledged = new Map(streams.map((of) => [of, 0]));
        const count = async ([index, by]: [number, number]) => {
          const of = streams[index] ?? stream;
          await record(store, of, [counted(by)]);
          acknowledged.set(of, (acknowledged.get(of) ?? 0) + 1);
          return of;
        };
        for (const step of before) await catchUp({ store, table }, standings, await count(step), 1);
        const slow = <Port extends object>(port: Port) =>
          aroundCalls(port, (_, proceed) => scheduler.scheduleFunction(proceed)());
        const ports = { store: slow(store), table: slow(table) };
        async function write() {
          for (const step of during) {
            await scheduler.schedule(Promise.resolve());
            const of = await count(step);
            if (step[1] % 2 === 0) await catchUp(ports, standings, of, acknowledged.get(of) ?? 1);
          }
        }
        async function read(group: number) {
          await scheduler.schedule(Promise.resolve());
          const named = [...acknowledged];
          const consistency = upToVersions(...named);
          const asked = ask(ports, standings, '/groups/{group}/tallies', { group }, { consistency });
          return { group, named, body: await bodyOf<{ tallies: [string, unknown][] }>(asked) };
        }
        const running = Promise.all([read(0), read(1), write()]);
        await scheduler.waitFor(running);
        const [one, other] = await running;
        for (const { group, named, body } of [one, other]) {
          for (const [of, version] of named) {
            const found = body.tallies.filter(([name]) => name === of).map(([, value]) => value);
            const states: unknown[] = [];
            for (let at = version; at <= (acknowledged.get(of) ?? 0); at += 1) {
              states.push(under(await expectedContent(store, standings, of, at), groupKey(group)));
            }
            expect(states).toContainEqual(found);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('has over all its pages each entry once and in order, those put since among them and those removed not', async () => {
    const counts = fc.array(fc.tuple(fc.nat({ max: 8 }), fc.nat({ max: 30 }), fc.boolean()), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(counts, fc.integer({ min: 1, max: 6 }), async (steps, limit) => {
        const { store, table } = await given();
        const heads = new Map(Array.from({ length: 9 }, (_, index) => [tally(`t${index}`), 0]));
        const sums = new Map<string, number>();
        for (const [index, by, projected] of steps) {
          const of = tally(`t${index}`);
          await record(store, of, [counted(by)]);
          heads.set(of, (heads.get(of) ?? 0) + 1);
          sums.set(of, (sums.get(of) ?? 0) + by);
          if (projected) await catchUp({ store, table }, standings, of, 1);
        }
        for (const group of [0, 1, 2]) {
          const expected = [...sums]
            .filter(([, sum]) => sum % 3 === group)
            .toSorted(([one, sum], [other, than]) => sum - than || (one < other ? -1 : 1))
            .map(([of, sum]) => [of, { sum }]);
          const found: unknown[] = [];
          let cursor: string | null | undefined;
          while (cursor !== null) {
            const consistency = upToVersions(...heads);
            const paging = { limit, ...(cursor !== undefined && { cursor }) };
            const asked = ask(
              { store, table },
              standings,
              '/groups/{group}/tallies',
              { group },
              { consistency, ...paging },
            );
            const body: { tallies: unknown[]; next: string | null } = await bodyOf(asked);
            expect(body.tallies.length).toBeLessThanOrEqual(limit);
            found.push(...body.tallies);
            cursor = body.next;
          }
          expect(found).toEqual(expected);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('The pages of a row that has not arrived', () => {
  it.each([
    [0, STRONG],
    [4, STRONG],
    [4, upToVersions([stream, 9])],
    [0, EVENTUAL],
  ])('have each entry once, with %i of nine commits projected', async (projected, consistency) => {
    const numbers = Array.from({ length: 9 }, (_, index) => index + 1);
    const { store, table } = await given(...numbers.slice(0, projected).map((by) => [counted(by)]));
    if (projected > 0) await catchUp({ store, table }, standings, stream, 1);
    for (const by of numbers.slice(projected)) await record(store, stream, [counted(by)]);
    for (const limit of [1, 2, 4, 8, 9, 10]) {
      const found: number[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const paging = { consistency, limit, ...(cursor !== undefined && { cursor }) };
        const body: Counts = await bodyOf(ask({ store, table }, standings, COUNTS, { id: '1' }, paging));
        expect(body).toMatchObject({ sum: 45, version: 9 });
        found.push(...(body.counts as { by: number }[]).map(({ by }) => by));
        cursor = body.next;
      }
      expect(found).toEqual(numbers.toReversed());
    }
  });
});
