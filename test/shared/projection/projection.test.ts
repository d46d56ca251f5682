/** What a projection makes of events. */
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '#shared/event/index.ts';
import { change, defineProjection, project } from '#shared/projection/index.ts';
import { journal, tallyEvents } from '../../support/tally.ts';

it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'An event named %s leaves a row as it is that has no handler for it',
  (what) => {
    const row = { sum: 1, versions: [1] };
    const projected = project(journal, row, [{ context: { what }, data: {} } as RecordedEvent]); // no more is looked at
    expect(projected).toEqual({ row, put: [], remove: [] });
    expect(projected.row).toBe(row);
  },
);

type Step = {
  readonly what: 'Counted';
  readonly data: { readonly put?: readonly string[]; readonly remove?: readonly string[] };
};

/** Every event says which entries it puts and removes. */
const entries = defineProjection<number, Step>({
  name: 'entries',
  version: 1,
  categories: ['tally'],
  events: tallyEvents,
  initialRow: 0,
  on: {
    Counted: (row, { data: { put = [], remove = [] } }) =>
      change(row + 1, {
        put: put.map((sort) => ({ key: 'k', sort, value: row + 1 })),
        remove: remove.map((sort) => ({ key: 'k', sort })),
      }),
  },
  queries: [],
});

describe('The changes of several events', () => {
  const of = (...steps: Step['data'][]) => {
    const events = steps.map((data) => ({ context: { what: 'Counted' }, data }) as unknown as RecordedEvent); // as above
    const { row, put, remove } = project(entries, 0, events);
    return { row, put: put.map(({ sort, value }) => [sort, value]), remove: remove.map(({ sort }) => sort) };
  };

  it('name each entry once: the last change of it holds', () => {
    expect(of({ put: ['a', 'b'] }, { put: ['a'], remove: ['c'] }, { remove: ['b'] }, { put: ['c'] })).toEqual({
      row: 4,
      put: [
        ['a', 2],
        ['c', 4],
      ],
      remove: ['b'],
    });
  });

  it('put what one event puts and removes', () => {
    expect(of({ put: ['a', 'a'], remove: ['a'] })).toEqual({ row: 1, put: [['a', 1]], remove: [] });
  });

  it('do not take keys for the same that only look so when they are written one behind the other', () => {
    const lookalikes = project(
      {
        ...entries,
        on: {
          Counted: () =>
            change(1, {
              put: [
                { key: 'a', sort: 'b c', value: 1 },
                { key: 'a b', sort: 'c', value: 2 },
              ],
            }),
        },
      },
      0,
      [{ context: { what: 'Counted' }, data: {} } as RecordedEvent], // as above
    );
    expect(lookalikes.put).toHaveLength(2);
  });
});
