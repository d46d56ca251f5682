/** One history read by its two clocks: as it was known, as it was in force, and as it would be. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asAt, asOf, type RecordedEvent, type SupposedEvent, whatIf } from '#shared/event/index.ts';

type Sketch = { readonly effectiveAt: string; readonly when?: string };

const recorded = (sketches: readonly Sketch[]): RecordedEvent[] =>
  sketches.map(({ effectiveAt, when = '2026-01-01T00:00:00.000Z' }, index) => ({
    context: {
      id: `event-${index + 1}`,
      what: 'Noted',
      when,
      effectiveAt,
      who: 'clerk',
      why: { id: 'command', what: 'note', when, who: 'clerk' },
      correlationId: 'story',
      causationId: 'cause',
      stream: 'till-1',
      version: index + 1,
      schemaVersion: 1,
    },
    data: index + 1,
  }));

const ofDates = (...dates: string[]) => recorded(dates.map((effectiveAt) => ({ effectiveAt })));
const dataOf = (events: readonly { readonly data: unknown }[]) => events.map(({ data }) => data);

describe('A history', () => {
  const seconds = ['00', '01', '01', '05'];
  const history = recorded(
    seconds.map((second) => ({ effectiveAt: '2026-01-01', when: `2026-01-01T00:00:${second}.000Z` })),
  );

  it.each([
    ['2025-12-31T23:59:59.999Z', []],
    ['2026-01-01T00:00:00.000Z', [1]],
    ['2026-01-01T00:00:00.999Z', [1]],
    ['2026-01-01T00:00:01.000Z', [1, 2, 3]],
    ['2026-01-01T00:00:05.000Z', [1, 2, 3, 4]],
    ['9999-01-01T00:00:00.000Z', [1, 2, 3, 4]],
  ])('as-at %s is what had been recorded by then: %j', (time, data) => {
    expect(dataOf(asAt(history, time))).toEqual(data);
  });

  it('as-of a date is what counts up to its end, whenever it was recorded, in effective order', () => {
    const history = ofDates('2026-01-05', '2026-01-01', '2026-01-03', '2026-01-01');
    expect(dataOf(asOf(history))).toEqual([2, 4, 3, 1]);
    expect(dataOf(asOf(history, '2026-01-03'))).toEqual([2, 4, 3]);
    expect(dataOf(asOf(history, '2026-01-02'))).toEqual([2, 4]);
    expect(asOf(history, '2025-12-31')).toEqual([]);
  });

  it('as-of a date has all times of that date, in their order', () => {
    const history = ofDates(
      '2026-01-02T00:00:00.000Z',
      '2026-01-01T23:59:59.999Z',
      '2026-01-01',
      '2026-01-01T08:00:00.000Z',
    );
    expect(dataOf(asOf(history, '2026-01-01'))).toEqual([3, 4, 2]);
  });

  it('stays as it is when it is read', () => {
    const history = Object.freeze(ofDates('2026-01-05', '2026-01-01'));
    asOf(history);
    whatIf(history, [{ what: 'Noted', data: 0, effectiveAt: '2026-01-01' }]);
    expect(dataOf(history)).toEqual([1, 2]);
  });

  it('of which something else is supposed has it last of its date, with a version of its own', () => {
    const history = ofDates('2026-01-05', '2026-01-01');
    const supposed: SupposedEvent[] = [
      { what: 'Noted', data: 'a', effectiveAt: '2026-01-05' },
      { what: 'Noted', data: 'b', effectiveAt: '2026-01-01' },
      { what: 'Noted', data: 'c', effectiveAt: '2025-01-01' },
    ];
    const events = whatIf(history, supposed);
    expect(dataOf(events)).toEqual(['c', 2, 'b', 1, 'a']);
    expect(events.map(({ context }) => context.version)).toEqual([5, 2, 4, 1, 3]);
    expect(new Set(events.map(({ context }) => context.stream))).toEqual(new Set(['till-1']));
  });

  it('that has not begun can only be supposed', () => {
    expect(asOf([])).toEqual([]);
    expect(asAt([], '2026-01-01T00:00:00.000Z')).toEqual([]);
    expect(whatIf([], [{ what: 'Noted', data: 'a', effectiveAt: '2026-01-01' }])).toEqual([
      { context: { what: 'Noted', effectiveAt: '2026-01-01', stream: '', version: 1 }, data: 'a' },
    ]);
  });
});

const date = fc.integer({ min: 1, max: 9 }).map((day) => `2026-01-0${day}`);

describe('Any history', () => {
  it('in effective order keeps the recorded order within a date, and loses nothing', () =>
    fc.assert(
      fc.property(fc.array(date), date, (dates, upTo) => {
        const found = asOf(ofDates(...dates), upTo).map(
          ({ context }) => [context.effectiveAt, context.version] as const,
        );
        const wanted = dates
          .map((effectiveAt, index) => [effectiveAt, index + 1] as const)
          .filter(([effectiveAt]) => effectiveAt <= upTo)
          .sort(([one, first], [other, second]) => one.localeCompare(other) || first - second);
        expect(found).toEqual(wanted);
      }),
    ));

  it('is the same in effective order as if what is recorded later had only been supposed', () =>
    fc.assert(
      fc.property(fc.array(date, { minLength: 1 }), fc.array(date), (dates, later) => {
        const history = ofDates(...dates, ...later);
        const supposed = history
          .slice(dates.length)
          .map(({ context: { what, effectiveAt }, data }) => ({ what, data, effectiveAt }));
        const placed = ({ context, data }: { context: { version: number; effectiveAt: string }; data: unknown }) => [
          context.version,
          context.effectiveAt,
          data,
        ];
        expect(whatIf(history.slice(0, dates.length), supposed).map(placed)).toEqual(asOf(history).map(placed));
      }),
    ));
});
