/** A timeline is the log in effective order, up to a date or with what nobody recorded; nothing is written for it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInMemoryEventStore, type EventStore } from '#shared/event-store/index.ts';
import { answerTimeline } from '#shared/projection/index.ts';
import { record, spoilt, tallyEvents } from '../../support/tally.ts';
import { countedOn, readings, scoreOf } from '../../support/tally-timeline.ts';
import { notingWhole } from './around-calls.ts';
import { paged, stream } from './projection-harness.ts';

const [BY_DATE, SUPPOSED] = ['/tallies/{id}/readings', '/tallies/{id}/supposed'];

type Reading = readonly [day: number, by: number];
type Store = Pick<EventStore, 'readCommits'>;

const dateOf = (day: number) => `2026-01-0${day}`;

/** Recorded in this order, so many events in a commit. */
async function logOf(all: readonly Reading[], perCommit = 1) {
  const store = createInMemoryEventStore({ events: tallyEvents });
  for (let at = 0; at < all.length; at += perCommit) {
    const commit = all.slice(at, at + perCommit).map(([day, by]) => countedOn(dateOf(day), by));
    await record(store, stream, commit);
  }
  return store;
}

type Asked = Partial<Omit<Parameters<typeof answerTimeline>[1], 'timeline' | 'query'>>;

function askTimeline(store: Store, path: string, { parameters = {}, ...asked }: Asked = {}) {
  const query = readings.queries.find((one) => one.path === path);
  if (query === undefined) throw new Error(`the readings have no query ${path}`);
  return answerTimeline(store, { timeline: readings, query, parameters: { id: '1', ...parameters }, ...asked });
}

/** The numbers by date, those of a date in recorded order, told by a second, plain reading of the rule. */
const inOrder = (all: readonly Reading[], upTo = 9) =>
  Array.from({ length: upTo }, (_, index) => all.filter(([day]) => day === index + 1).map(([, by]) => by)).flat();

const reading: fc.Arbitrary<Reading> = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 }));
const anyReadings = fc.array(reading, { minLength: 1, maxLength: 8 });
const size = fc.integer({ min: 1, max: 3 });

describe('A timeline', () => {
  it('is folded by date, those of one date in recorded order, up to any date, at the version of the log', () =>
    fc.assert(
      fc.asyncProperty(anyReadings, size, fc.integer({ min: 1, max: 6 }), async (all, perCommit, day) => {
        const store = paged(await logOf(all, perCommit), 1);
        expect(await askTimeline(store, BY_DATE)).toMatchObject({
          kind: 'found',
          version: all.length,
          body: { score: scoreOf(inOrder(all)), version: all.length },
        });
        const upTo = inOrder(all, day);
        expect(await askTimeline(store, BY_DATE, { asOf: dateOf(day) })).toMatchObject(
          upTo.length === 0
            ? { kind: 'invalid-parameters', faults: [{ path: 'as-of', code: 'before-the-beginning' }] }
            : { kind: 'found', version: all.length, body: { score: scoreOf(upTo) } },
        );
      }),
      { numRuns: 50 },
    ));

  it('with something supposed is what it is once that is recorded; until then nothing is', () =>
    fc.assert(
      fc.asyncProperty(anyReadings, reading, async (all, [day, by]) => {
        const store = await logOf(all);
        const supposed = await askTimeline(store, SUPPOSED, { parameters: { by, on: dateOf(day) } });
        expect(supposed).toMatchObject({ version: all.length, body: { actual: scoreOf(inOrder(all)) } });
        await record(store, stream, [countedOn(dateOf(day), by)]);
        const recorded = await askTimeline(store, BY_DATE);
        const { score, readings: list } = Object('body' in recorded && recorded.body);
        expect(supposed).toMatchObject({ body: { score, readings: list } });
      }),
      { numRuns: 50 },
    ));

  it('comes in pages that belong to its date and its parameters', async () => {
    const store = await logOf([
      [3, 1],
      [1, 2],
      [2, 4],
    ]);
    const page = async (path: string, asked: Asked) => {
      const answer = await askTimeline(store, path, { limit: 2, ...asked });
      if (answer.kind !== 'found') return answer.kind;
      const { readings, next } = answer.body as { readings: { by: number }[]; next: string | null }; // as the query makes it
      return [readings.map(({ by }) => by), next] as const;
    };
    const [first, next] = await page(BY_DATE, {});
    expect(first).toEqual([1, 4]);
    const cursor = String(next);
    expect(await page(BY_DATE, { cursor })).toEqual([[2], null]);
    expect(await page(BY_DATE, { cursor, asOf: dateOf(3) })).toBe('invalid-cursor');
    const [, other] = await page(SUPPOSED, { parameters: { by: 1, on: dateOf(3) } });
    const supposed = { cursor: String(other) };
    expect(await page(SUPPOSED, { ...supposed, parameters: { by: 1, on: dateOf(3) } })).toEqual([[4, 2], null]);
    expect(await page(SUPPOSED, { ...supposed, parameters: { by: 2, on: dateOf(3) } })).toBe('invalid-cursor');
  });

  it('reads the log once for each page of it, and nothing else', async () => {
    const calls: unknown[] = [];
    const store = await logOf([
      [2, 1],
      [1, 2],
      [1, 3],
    ]);
    const watched = notingWhole(paged(store, 2), (call, [, range]) => void calls.push([call, range]));
    await askTimeline(watched, SUPPOSED, { parameters: { by: 1, on: dateOf(1) } });
    expect(calls).toEqual([
      ['readCommits', { after: 0 }],
      ['readCommits', { after: 2 }],
    ]);
  });

  it('is nothing of a stream that is empty, also when something is supposed of it', async () => {
    const store = await logOf([]);
    const nothing = { kind: 'nothing', parked: false };
    expect(await askTimeline(store, BY_DATE)).toEqual(nothing);
    expect(await askTimeline(store, BY_DATE, { asOf: dateOf(1) })).toEqual(nothing);
    expect(await askTimeline(store, SUPPOSED, { parameters: { by: 1, on: dateOf(1) } })).toEqual(nothing);
  });

  it('tells on which day it begins when it is asked for one before', async () => {
    const store = await logOf([
      [5, 1],
      [3, 1],
    ]);
    expect(await askTimeline(store, BY_DATE, { asOf: dateOf(2) })).toEqual({
      kind: 'invalid-parameters',
      faults: [{ path: 'as-of', code: 'before-the-beginning', message: 'Nothing counts here before 2026-01-03.' }],
    });
  });

  it('tells what does not fit what it comes to', async () => {
    const store = await logOf([[1, 1]]);
    expect(await askTimeline(store, SUPPOSED, { parameters: { by: 999_999_999, on: dateOf(1) } })).toEqual({
      kind: 'invalid-parameters',
      faults: [{ path: 'by', code: 'too-large', message: 'Suppose less.' }],
    });
  });

  it('cannot be told while an event in it cannot be applied', async () => {
    const store = await logOf([[1, 1]]);
    await record(store, stream, [spoilt]);
    await expect(askTimeline(store, BY_DATE)).rejects.toMatchObject({
      code: 'event-not-applied',
      message: 'readings cannot apply Spoilt, version 2 of tally-1: this event cannot be applied',
    });
  });
});
