import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadHash } from '#shared/command/handle-command.ts';

const turned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, turned(member)]),
  );
};

/** JSON with -0 as JSON has it. */
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('The hash of a payload', () => {
  it('does not depend on the order of keys at any depth', () => {
    fc.assert(
      fc.property(json, (data) => {
        expect(payloadHash('w', turned(data))).toBe(payloadHash('w', data));
      }),
    );
  });

  it('differs for different payloads', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(payloadHash('w', one) === payloadHash('w', other)).toBe(same);
      }),
    );
  });

  it('differs for another command, another order of a list, and a text that looks like a number', () => {
    const hashes = [
      payloadHash('a', [1, 2]),
      payloadHash('b', [1, 2]),
      payloadHash('a', [2, 1]),
      payloadHash('a', ['1', 2]),
      payloadHash('a', { 0: 1, 1: 2 }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => [key, sorted(member)])
    .concat([['object']]);
}
