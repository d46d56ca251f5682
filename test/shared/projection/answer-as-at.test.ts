/** A query as of a time in the past is answered as it was answered then, from the log alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '#shared/event/index.ts';
import { createInMemoryEventStore, type EventStore } from '#shared/event-store/index.ts';
import { answerAsAt, createInMemoryQueryTable } from '#shared/projection/index.ts';
import { counted, journal, record, spoilt, standings, tally, tallyEvents } from '../../support/tally.ts';
import { noting, notingWhole } from './around-calls.ts';
import { ask, STRONG } from './asking.ts';
import { paged, stream } from './projection-harness.ts';

const COUNTS = '/tallies/{id}/counts';

const second = (count: number) => new Date(Date.UTC(2026, 0, 1) + 1_000 * count).toISOString();

/** A log with one commit a second, from the first second on. */
async function logOf(...commits: readonly (readonly DomainEvent[])[]) {
  const store = createInMemoryEventStore({ events: tallyEvents });
  for (const [index, events] of commits.entries()) {
    await record(store, stream, events, { recordedAt: second(index + 1) });
  }
  return store;
}

type Paging = { readonly limit?: number; readonly cursor?: string };

function askAsAt(
  store: Pick<EventStore, 'readCommits'>,
  asAt: string,
  paging: Paging = {},
  [projection, path] = [standings, COUNTS],
) {
  const query = projection.queries.find((one) => one.path === path);
  if (query === undefined) throw new Error(`${projection.name} has no query ${path}`);
  return answerAsAt(store, { projection, query, parameters: { id: '1' }, asAt, ...paging });
}

const by = fc.nat({ max: 9 });
const commits = fc.array(fc.array(by, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });

describe('An answer as-at a time', () => {
  it('is what a strong query answered then, row, entries and version, whatever came after', () =>
    fc.assert(
      fc.asyncProperty(commits, fc.integer({ min: 1, max: 3 }), async (groups, page) => {
        const store = createInMemoryEventStore({ events: tallyEvents });
        const then: unknown[] = [];
        for (const [index, numbers] of groups.entries()) {
          await record(store, stream, numbers.map(counted), { recordedAt: second(index + 1) });
          const ports = { store, table: createInMemoryQueryTable() };
          then.push(await ask(ports, standings, COUNTS, { id: '1' }, { consistency: STRONG, limit: 100 }));
        }
        for (const [index, answer] of then.entries()) {
          for (const time of [second(index + 1), second(index + 1).replace('.000Z', '.999Z')]) {
            expect(await askAsAt(paged(store, page), time, { limit: 100 })).toEqual(answer);
          }
        }
      }),
      { numRuns: 50 },
    ));

  it('comes in pages of just that time; a cursor of another time, or of none, is refused', async () => {
    const store = await logOf(...[1, 2, 4, 8, 16].map((by) => [counted(by)]));
    const counts = async (asAt: string, paging: Paging) => {
      const answer = await askAsAt(store, asAt, paging);
      if (answer.kind !== 'found') return answer;
      const { counts, next } = answer.body as { counts: { by: number }[]; next: string | null }; // as the query makes it
      return { counts: counts.map(({ by }) => by), next };
    };
    const first = await counts(second(4), { limit: 3 });
    expect(first).toEqual({ counts: [8, 4, 2], next: expect.any(String) });
    const cursor = 'next' in first ? String(first.next) : '';
    expect(await counts(second(4), { limit: 3, cursor })).toEqual({ counts: [1], next: null });
    expect(await counts(second(5), { limit: 3, cursor })).toEqual({ kind: 'invalid-cursor' });
    const table = createInMemoryQueryTable();
    const plain = await ask({ store, table }, standings, COUNTS, { id: '1' }, { limit: 3 });
    const { next } = plain.kind === 'found' ? (plain.body as { next: string }) : { next: '' };
    expect(await counts(second(4), { cursor: next })).toEqual({ kind: 'invalid-cursor' });
    const asked = ask({ store, table }, standings, COUNTS, { id: '1' }, { limit: 3, cursor });
    expect(await asked).toEqual({ kind: 'invalid-cursor' });
  });

  it('reads the log up to the time, once for each page of it, and nothing else', async () => {
    const store = await logOf(...[1, 2, 4, 8].map((by) => [counted(by)]));
    const asked: unknown[] = [];
    const watched = notingWhole(paged(store, 2), (call, [, range]) => void asked.push([call, range]));
    await askAsAt(watched, second(3));
    expect(asked).toEqual([
      ['readCommits', { after: 0, recordedUpTo: second(3) }],
      ['readCommits', { after: 2, recordedUpTo: second(3) }],
    ]);
  });

  it('is nothing of a stream that is empty, and a fault when the stream began later', async () => {
    const calls: string[] = [];
    const empty = noting(createInMemoryEventStore({ events: tallyEvents }), calls);
    expect(await askAsAt(empty, second(1))).toEqual({ kind: 'nothing', parked: false });
    expect(calls).toEqual(['readCommits', 'readCommits']);
    expect(await askAsAt(await logOf([counted(1)]), second(0))).toEqual({
      kind: 'invalid-parameters',
      faults: [
        {
          path: 'as-at',
          code: 'before-the-beginning',
          message: 'Nothing was recorded here before 2026-01-01T00:00:01.000Z.',
        },
      ],
    });
  });

  it('can be given of the time before an event that nobody can apply', async () => {
    const store = await logOf([counted(1)], [spoilt], [counted(2)]);
    expect(await askAsAt(store, second(1))).toMatchObject({ kind: 'found', version: 1, body: { sum: 1 } });
    await expect(askAsAt(store, second(2))).rejects.toMatchObject({ code: 'event-not-applied' });
  });

  it('has no list where the query has none', async () => {
    const store = await logOf([counted(1)], [counted(2)]);
    expect(await askAsAt(store, second(1), {}, [journal, '/tallies/{id}'])).toEqual({
      kind: 'found',
      body: { id: '1', sum: 1, version: 1 },
      version: 1,
      parked: false,
    });
  });

  it('is not there where the query is of no stream', async () => {
    const query = { path: '/all', meaning: '', list: () => ({ key: 'all' }), answer: () => 1 };
    const asked = answerAsAt(await logOf(), { projection: journal, query, parameters: {}, asAt: second(1) });
    await expect(asked).rejects.toThrow('/all is of no stream, so it has no past of its own');
  });

  it('is nothing where the query says so', async () => {
    const store = await logOf([counted(1)]);
    const query = { path: '/tallies/{id}', meaning: '', answer: () => undefined };
    const asked = answerAsAt(store, { projection: journal, query, parameters: { id: '1' }, asAt: second(1) });
    expect(await asked).toEqual({ kind: 'nothing', parked: false });
  });

  it('is of its own stream alone', async () => {
    const store = await logOf([counted(1)]);
    await record(store, tally('2'), [counted(7)], { recordedAt: second(1) });
    expect(await askAsAt(store, second(1))).toMatchObject({ body: { sum: 1, counts: [{ by: 1, sum: 1 }] } });
  });
});
