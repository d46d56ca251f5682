/** Where entries stand: in the order in which a table gives them, whatever is in their sort. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { comparePositions } from '#shared/projection/query-table.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}', '\u0001') }),
);

it('Positions are compared by the bytes of their UTF-8', () =>
  fc.assert(
    fc.property(text, text, (one, other) => {
      const bytes = Buffer.compare(Buffer.from(one), Buffer.from(other));
      expect(Math.sign(comparePositions(one, other))).toBe(bytes);
    }),
    { numRuns: 1_000 },
  ));
