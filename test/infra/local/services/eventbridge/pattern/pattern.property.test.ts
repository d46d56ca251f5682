/** Laws that hold for every pattern and event. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../../../infra/local/services/eventbridge/pattern/pattern.ts';

const text = fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'aba', '*', '\\', 'A', '1');
const leaf = fc.oneof(text, fc.constantFrom(0, 1, -1, 1.5, 10), fc.boolean(), fc.constant(null));
const key = fc.constantFrom('x', 'y', 'z');
const flat = fc.dictionary(key, fc.oneof(leaf, fc.array(leaf, { maxLength: 3 })), { maxKeys: 3 });
const element = fc.dictionary(key, leaf, { maxKeys: 3 });
const event = fc.oneof(
  flat,
  fc.record(
    { l: fc.array(element, { maxLength: 4 }), m: fc.array(element, { maxLength: 3 }), x: leaf },
    { requiredKeys: [] },
  ),
);
const operator = fc.oneof(
  leaf,
  text.map((value) => ({ prefix: value })),
  text.map((value) => ({ suffix: value })),
  text.map((value) => ({ 'equals-ignore-case': value })),
  text.map((value) => ({ 'anything-but': value })),
  fc.integer({ min: -1, max: 3 }).map((value) => ({ numeric: ['>', value] })),
  fc.boolean().map((value) => ({ exists: value })),
);
const fieldsPattern = fc.dictionary(key, fc.array(operator, { minLength: 1, maxLength: 3 }), {
  minKeys: 1,
  maxKeys: 3,
});
const pattern = fc.oneof(
  fieldsPattern,
  fieldsPattern.map((l) => ({ l })),
  fc.tuple(fieldsPattern, fieldsPattern).map(([l, m]) => ({ l, m })),
);

const matches = (candidate: unknown, subject: unknown): boolean => compilePattern(candidate)(subject);
const RUNS = { numRuns: 500 };

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, shuffled(member)] as const)
      .reverse(),
  );
}

/** The language's definition taken literally, by trying every choice of one element per array. */
function naive(
  conditions: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>,
  subject: Readonly<Record<string, readonly object[]>>,
): boolean {
  return Object.entries(conditions).every(([array, fields]) =>
    (subject[array] ?? []).some((candidate) =>
      Object.keys(fields).every((name) => matches({ [name]: fields[name] }, candidate)),
    ),
  );
}

describe('the pattern language', () => {
  it('does not depend on the order of keys, in the pattern or in the event', () => {
    fc.assert(
      fc.property(pattern, event, (p, e) => {
        expect(matches(shuffled(p), shuffled(e))).toBe(matches(p, e));
      }),
      RUNS,
    );
  });

  it('does not depend on the order of values listed for a field', () => {
    fc.assert(
      fc.property(fieldsPattern, flat, (p, e) => {
        const reversed = Object.fromEntries(Object.entries(p).map(([name, values]) => [name, values.toReversed()]));
        expect(matches(reversed, e)).toBe(matches(p, e));
      }),
      RUNS,
    );
  });

  it('gives $or the union of its ways', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 2, maxLength: 4 }), event, (ways, e) => {
        expect(matches({ $or: ways }, e)).toBe(ways.some((way) => matches(way, e)));
      }),
      RUNS,
    );
  });

  it('gives a field the union of its values', () => {
    fc.assert(
      fc.property(fc.array(operator, { minLength: 1, maxLength: 4 }), flat, (values, e) => {
        expect(matches({ x: values }, e)).toBe(values.some((value) => matches({ x: [value] }, e)));
      }),
      RUNS,
    );
  });

  it('gives fields without arrays the intersection of their conditions', () => {
    fc.assert(
      fc.property(fieldsPattern, flat, (p, e) => {
        expect(matches(p, e)).toBe(Object.keys(p).every((name) => matches({ [name]: p[name] }, e)));
      }),
      RUNS,
    );
  });

  it('makes anything-but the complement of a value for a field with one leaf', () => {
    const nested = fc.constantFrom('prefix', 'suffix', 'equals-ignore-case');
    fc.assert(
      fc.property(text, leaf, (value, x) => {
        expect(matches({ x: [{ 'anything-but': value }] }, { x })).toBe(!matches({ x: [value] }, { x }));
      }),
      RUNS,
    );
    fc.assert(
      fc.property(
        nested,
        text.filter((value) => value !== ''),
        leaf,
        (name, value, x) => {
          expect(matches({ x: [{ 'anything-but': { [name]: value } }] }, { x })).toBe(
            !matches({ x: [{ [name]: value }] }, { x }),
          );
        },
      ),
      RUNS,
    );
  });

  it('makes absence the complement of existence', () => {
    fc.assert(
      fc.property(event, (e) => {
        expect(matches({ x: [{ exists: false }] }, e)).toBe(!matches({ x: [{ exists: true }] }, e));
      }),
      RUNS,
    );
  });

  it('takes a dotted path for a nested one', () => {
    fc.assert(
      fc.property(fieldsPattern, event, (p, e) => {
        const dotted = Object.fromEntries(Object.entries(p).map(([name, values]) => [`l.${name}`, values]));
        expect(matches(dotted, e)).toBe(matches({ l: p }, e));
      }),
      RUNS,
    );
  });

  it('takes the fields of an array of objects from one element', () => {
    const present = fc.dictionary(key, fc.array(leaf, { minLength: 1, maxLength: 2 }), { minKeys: 1, maxKeys: 3 });
    const conditions = fc.record({ l: present, m: present }, { requiredKeys: ['l'] });
    const subject = fc.record({ l: fc.array(element, { maxLength: 4 }), m: fc.array(element, { maxLength: 4 }) });
    fc.assert(
      fc.property(conditions, subject, (c, e) => {
        expect(matches(c, e)).toBe(naive(c, e));
      }),
      RUNS,
    );
  });

  it('reads a wildcard like the regular expression it stands for', () => {
    const wildcard = fc
      .array(fc.constantFrom('a', 'b', '*'), { maxLength: 6 })
      .map((parts) => parts.join('').replace(/\*+/g, '*'));
    const subject = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(wildcard, subject, (w, x) => {
        const expression = new RegExp(`^${w.replaceAll('*', '.*')}$`);
        expect(matches({ x: [{ wildcard: w }] }, { x })).toBe(expression.test(x));
      }),
      RUNS,
    );
  });

  it('never throws for any event', () => {
    fc.assert(
      fc.property(pattern, fc.anything(), (p, e) => {
        expect(typeof matches(p, e)).toBe('boolean');
      }),
      RUNS,
    );
  });

  it('needs no longer than the event is long when no choice of elements fits', () => {
    const names = Array.from({ length: 12 }, (_, n) => `a${n}`);
    const arrays = Object.fromEntries(names.map((name) => [name, Array.from({ length: 50 }, (_, n) => ({ k: 1, n }))]));
    const conditions = Object.fromEntries(names.map((name) => [name, { k: [1], n: [{ numeric: ['>=', 0] }] }]));
    expect(matches({ ...conditions, z: ['missing'] }, { ...arrays, z: 'present' })).toBe(false);
  });
});
