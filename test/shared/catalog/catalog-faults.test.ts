/** Every mistake in a catalog is told, in a line that names it. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type ContextCatalog, catalogFaults } from '#shared/catalog/index.ts';
import { journal, tallies } from '../../support/tally.ts';
import { readings } from '../../support/tally-timeline.ts';

const [aggregate] = tallies.aggregates;
if (aggregate === undefined) throw new Error('the tallies have no aggregate');

const withAggregate = (change: Partial<typeof aggregate>): ContextCatalog => ({
  ...tallies,
  aggregates: [{ ...aggregate, ...change }],
});
const withProjection = (change: Partial<typeof journal>): ContextCatalog => ({
  ...tallies,
  projections: [{ ...journal, ...change }],
});
const withTimelines = (...changes: Partial<typeof readings>[]): ContextCatalog => ({
  ...tallies,
  timelines: changes.map((change) => ({ ...readings, ...change })),
});
const asAtOf = (change: Partial<(typeof journal.queries)[number]>) =>
  withProjection({ queries: [{ path: '/tallies/{id}', meaning: '', asAt: true, answer: () => 1, ...change }] });
const other: ContextCatalog = {
  name: 'others',
  aggregates: [{ ...aggregate, category: 'other', collection: 'others' }],
  projections: [],
};

describe('Catalogs', () => {
  it('without a mistake have no faults', () => {
    expect(catalogFaults([tallies, other])).toEqual([]);
    expect(catalogFaults([withTimelines({}), other])).toEqual([]);
    expect(catalogFaults([])).toEqual([]);
  });

  it.each(['/tallies', '/groups/{group}/of/{id}', '/a-b/_c.d~'])('may have a list at any path: %s', (path) => {
    const query = { path, meaning: '', list: () => ({ key: 'all' }), answer: () => 1 };
    expect(catalogFaults([withProjection({ queries: [query] })])).toEqual([]);
  });

  it.each<[string, ContextCatalog[]]>([
    ['Two contexts are named tallies.', [tallies, { ...other, name: 'tallies' }]],
    [
      'Two aggregates have the category tally.',
      [tallies, { ...other, aggregates: [{ ...aggregate, collection: 'others' }] }],
    ],
    [
      'Two routes are POST /tallies/{}/count.',
      [tallies, { ...other, aggregates: [{ ...aggregate, category: 'other' }] }],
    ],
    [
      'Two routes are GET /tallies/{}.',
      [withProjection({ queries: [...journal.queries, { path: '/tallies/{id}', meaning: '', answer: () => 1 }] })],
    ],
    ...['/health', '/up', '/projections', '/streams/{id}', '/commands/{of}/{id}', '/feed/{id}'].map(
      (path): [string, ContextCatalog[]] => [
        `Two routes are GET ${path.replaceAll(/\{\w+\}/g, '{}')}.`,
        [withProjection({ queries: [{ path, meaning: '', list: () => ({ key: 'all' }), answer: () => 1 }] })],
      ],
    ),
    ['Tallies: the context Tallies must be in kebab case.', [{ ...tallies, name: 'Tallies' }]],
    ['platform: the context platform needs another name: this one is taken.', [{ ...tallies, name: 'platform' }]],
    [
      'tallies: the category tally-book must be 1 to 32 lower-case letters and digits, a letter first.',
      [withAggregate({ category: 'tally-book' })],
    ],
    ['tallies: the collection tally/books must be in kebab case.', [withAggregate({ collection: 'tally/books' })]],
    [
      'tallies: the command countOnce must be in kebab case.',
      [withAggregate({ commands: { countOnce: { meaning: '', schema: z.object({}) } } })],
    ],
    [
      'tallies: the path of a command a/b must be in kebab case.',
      [withAggregate({ commands: { count: { meaning: '', schema: z.object({}), path: 'a/b' } } })],
    ],
    [
      'Two routes are POST /tallies/{}/note.',
      [
        withAggregate({
          commands: { ...aggregate.commands, add: { meaning: '', schema: z.object({}), path: 'note' } },
        }),
      ],
    ],
    [
      'tallies: two aggregates define the event Counted.',
      [{ ...tallies, aggregates: [aggregate, { ...aggregate, category: 'other', collection: 'others' }] }],
    ],
    ['tallies: the projection queries needs another name: this one is taken.', [withProjection({ name: 'queries' })]],
    [
      'tallies: two projections are named journal.',
      [{ ...tallies, projections: [journal, { ...journal, queries: [] }] }],
    ],
    [
      'tallies: the projection journal is of other, which is no category here.',
      [withProjection({ categories: ['tally', 'other'] })],
    ],
    [
      'tallies: the projection journal handles Lost, which is no event here.',
      [withProjection({ on: { Lost: (row) => row } })],
    ],
    ['tallies: the projection journal is of no category.', [withProjection({ categories: [] })]],
    ...['tallies/{id}', '/tallies/', '/tallies//{id}', '/tallies/{id', '/tallies/{}', '/tallies/x{id}', ''].map(
      (path): [string, ContextCatalog[]] => [
        `tallies: the path ${path} of the projection journal must be like /accounts/{id}/statement.`,
        [withProjection({ queries: [{ path, meaning: '', answer: () => 1 }] })],
      ],
    ),
    [
      'tallies: the query /tallies of the projection journal names no stream and no list, and has no {id}.',
      [withProjection({ queries: [{ path: '/tallies', meaning: '', answer: () => 1 }] })],
    ],
    ...[asAtOf({ joins: () => [] }), asAtOf({ list: () => ({ key: 'all' }) })].map(
      (catalog): [string, ContextCatalog[]] => [
        'tallies: the query /tallies/{id} of the projection journal is not of one stream, so it has no as-at.',
        [catalog],
      ],
    ),
    ['tallies: the timeline Readings must be in kebab case.', [withTimelines({ name: 'Readings' })]],
    ['tallies: the timeline journal needs another name: this one is taken.', [withTimelines({ name: 'journal' })]],
    ['tallies: two timelines are named readings.', [withTimelines({}, { queries: [] })]],
    ['tallies: the timeline readings is of other, which is no category here.', [withTimelines({ category: 'other' })]],
    [
      'tallies: the timeline readings handles Lost, which is no event here.',
      [withTimelines({ on: { Lost: (row) => row } })],
    ],
    ...['/tallies', '/tallies/{name}', 'tallies/{id}'].map((path): [string, ContextCatalog[]] => [
      `tallies: the path ${path} of the timeline readings must be like /accounts/{id}/timeline.`,
      [withTimelines({ queries: [{ path, meaning: '', answer: () => 1 }] })],
    ]),
  ])('with a mistake are told: %s', (fault, catalogs) => {
    expect(catalogFaults(catalogs)).toContain(fault);
  });
});
