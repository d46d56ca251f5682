/** Small histories of a tally, and the orders in which its messages may come. */
import fc from 'fast-check';
import type { DomainEvent } from '#shared/event/index.ts';
import { concordance, counted, journal, standings, words } from '../../support/tally.ts';

export const projections = [journal, standings, concordance];
export const anyProjection = fc.constantFrom(...projections);

const event: fc.Arbitrary<DomainEvent> = fc.oneof(
  fc.nat({ max: 9 }).map(counted),
  fc.tuple(fc.constantFrom(1, 3, 60, 105), fc.constantFrom('a', 'b')).map(([count, first]) => words(count, first)),
);

export const commits = fc.array(fc.array(event, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 });

/** Every order of the items. */
export const permutations = <Item>(items: readonly Item[]): Item[][] =>
  items.length <= 1
    ? [[...items]]
    : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));

export const upTo = (version: number): number[] => Array.from({ length: version }, (_, index) => index + 1);
