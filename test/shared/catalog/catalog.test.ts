/** What follows from a context's manifest. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  catalogFaults,
  commandRoutes,
  contextNamed,
  eventDefinitions,
  eventSource,
  ownProjections,
  ownQueryRoute,
  projectionNamed,
  type QueryRoute,
  queryRoutes,
} from '#shared/catalog/index.ts';
import { contexts } from '../../../functions/contexts.ts';
import { tallies } from '../../support/tally.ts';
import { talliesInTime } from '../../support/tally-timeline.ts';

describe('a catalog', () => {
  it('gives a route to every command and every query', () => {
    expect(commandRoutes(tallies).map(({ key }) => key)).toEqual([
      'POST /tallies/{id}/count',
      'POST /tallies/{id}/count-once',
      'POST /tallies/{id}/note',
    ]);
    const routes = queryRoutes(talliesInTime);
    const nameOf = (route: QueryRoute) => (route.kind === 'timeline' ? route.timeline : route.projection).name;
    expect(routes.map((route) => [route.key, nameOf(route)])).toEqual([
      ['GET /tallies/{id}', 'journal'],
      ['GET /groups/{group}/tallies', 'standings'],
      ['GET /tallies/{id}/counts', 'standings'],
      ['GET /tallies/{id}/beside', 'standings'],
      ['GET /words/{word}/tallies', 'concordance'],
      ['GET /tallies/{id}/readings', 'readings'],
      ['GET /tallies/{id}/supposed', 'readings'],
    ]);
  });

  it('knows the query of an aggregate itself, and the projection that answers it', () => {
    expect(ownQueryRoute(tallies, 'tally')?.key).toBe('GET /tallies/{id}');
    expect(ownQueryRoute(tallies, 'till')).toBeUndefined();
    expect(ownProjections(tallies).map(({ name }) => name)).toEqual(['journal']);
    expect(ownProjections({ ...tallies, projections: [] })).toEqual([]);
  });

  it('gives a command the path that it says, and keeps its name', () => {
    const [aggregate] = tallies.aggregates;
    if (aggregate === undefined) throw new Error('the tallies have no aggregate');
    const count = { meaning: '', schema: z.object({}), path: 'counts' };
    const routes = commandRoutes({ ...tallies, aggregates: [{ ...aggregate, commands: { count } }] });
    expect(routes).toMatchObject([{ key: 'POST /tallies/{id}/counts', what: 'count' }]);
  });

  it('gives the events of all aggregates, and refuses a name that two of them use', () => {
    expect(Object.keys(eventDefinitions(tallies))).toEqual(['Counted', 'Noted', 'Spoilt']);
    const twice = { ...tallies, aggregates: [...tallies.aggregates, ...tallies.aggregates] };
    expect(() => eventDefinitions(twice)).toThrow('the context tallies defines the event Counted twice');
  });

  it('names the source of its events on the bus', () => {
    expect(eventSource(tallies)).toBe('tributary.tallies');
  });

  it('is found by its name, as is a projection in it; what is not there is named with what is', () => {
    expect(contextNamed([tallies], 'tallies')).toBe(tallies);
    expect(projectionNamed(tallies, 'journal').name).toBe('journal');
    expect(() => contextNamed([tallies], 'other')).toThrow('There is no context other; there are tallies.');
    expect(() => projectionNamed(tallies, 'other')).toThrow(
      'There is no projection other; there are journal, standings, concordance.',
    );
  });
});

describe('the contexts', () => {
  it('fit together', () => {
    expect(catalogFaults(contexts)).toEqual([]);
  });

  it.each(
    contexts.flatMap(({ projections }) => projections.map((projection) => [projection.name, projection] as const)),
  )('begin their rows with what JSON can hold: %s', (_, { initialRow }) => {
    expect(initialRow).toEqual(JSON.parse(JSON.stringify(initialRow)));
  });
});
