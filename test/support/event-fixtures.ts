/** Every version of every event that was ever stored must still be readable. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type EventDefinitions, newestSchemaVersion, upcast } from '#shared/event/index.ts';

/** `<Event>.v<version>.json`: the event as the log keeps it, and what its data are in the newest shape. */
type Fixture = {
  readonly stored: {
    readonly id: string;
    readonly what: string;
    readonly data: unknown;
    readonly effectiveAt: string;
    readonly schemaVersion: number;
  };
  readonly newest: unknown;
};

/**
 * Tests, for every version of every event, that the folder has a fixture and that the code reads it as the fixture says. A
 * fixture is never changed once its version has been recorded anywhere: add one for each new version.
 */
export function eventFixtures(definitions: EventDefinitions, folder: URL): void {
  const expected = Object.entries(definitions).flatMap(([what, definition]) =>
    Array.from({ length: newestSchemaVersion(definition) }, (_, index) => ({ what, version: index + 1, definition })),
  );
  const nameOf = ({ what, version }: { readonly what: string; readonly version: number }) => `${what}.v${version}.json`;

  it.each(expected)('$what, version $version, is read from its fixture', ({ what, version, definition }) => {
    const file = new URL(nameOf({ what, version }), folder);
    expect(existsSync(file), `${what} has no fixture for version ${version}: add ${file.pathname}`).toBe(true);
    const { stored, newest } = JSON.parse(readFileSync(file, 'utf8')) as Fixture;
    expect(stored).toMatchObject({ what, schemaVersion: version });
    const read = upcast(definitions, stored);
    expect(read.schemaVersion).toBe(newestSchemaVersion(definition));
    expect(read.data).toEqual(newest);
    expect(z.safeParse(definition.schema, read.data)).toMatchObject({ success: true, data: newest });
  });

  it('there is no fixture of a version that the code does not know', () => {
    const names = new Set(expected.map(nameOf));
    const found = existsSync(folder) ? readdirSync(folder) : [];
    expect(found.filter((name) => !names.has(name))).toEqual([]);
  });
}
