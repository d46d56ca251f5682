import { describe, expect, it } from 'vitest';
import { definitionOf, newestSchemaVersion, upcast } from '#shared/event/index.ts';
import { kitEvents } from '../../support/commits.ts';
import { eventFixtures } from '../../support/event-fixtures.ts';

const stored = (what: string, schemaVersion: number, data: unknown = {}) => ({ what, schemaVersion, data });

describe('An event of several versions', () => {
  it('has the version after its last upcaster as its newest', () => {
    expect(newestSchemaVersion(kitEvents.Noted)).toBe(1);
    expect(newestSchemaVersion(kitEvents.Greeted)).toBe(3);
  });

  it('is lifted step by step to the newest', () => {
    const newest = stored('Greeted', 3, { first: 'Ada', last: 'Lovelace' });
    expect(upcast(kitEvents, stored('Greeted', 1, 'Ada Lovelace'))).toEqual(newest);
    expect(upcast(kitEvents, stored('Greeted', 2, { name: 'Ada Lovelace' }))).toEqual(newest);
    expect(upcast(kitEvents, newest)).toBe(newest);
  });

  it('keeps whatever else it carries', () => {
    const event = { ...stored('Greeted', 1, 'Ada Lovelace'), id: 'e1', effectiveAt: '2026-01-01' };
    expect(upcast(kitEvents, event)).toMatchObject({ id: 'e1', effectiveAt: '2026-01-01' });
  });
});

describe('An event that this code does not know', () => {
  it.each([
    ['Greeted', 4],
    ['Greeted', 0],
    ['Greeted', 1.5],
    ['Greeted', Number.NaN],
    ['Waved', 1],
    ['toString', 1],
    ['__proto__', 1],
  ])('is told by type and version: %s, %d', (what, version) => {
    expect(() => upcast(kitEvents, stored(what, version))).toThrow(
      expect.objectContaining({
        code: 'unknown-event',
        retryable: false,
        message: expect.stringContaining(`event ${what} in schema version ${version};`),
      }),
    );
  });

  it('cannot be recorded', () => {
    for (const what of ['Waved', 'toString']) {
      expect(() => definitionOf(kitEvents, what)).toThrow(
        expect.objectContaining({ code: 'unknown-event', message: expect.stringContaining(what) }),
      );
    }
  });
});

describe('The stored events of the kit', () => {
  eventFixtures(kitEvents, new URL('fixtures/', import.meta.url));
});
