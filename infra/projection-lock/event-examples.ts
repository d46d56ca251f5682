/** The stored examples of events that the tests keep, one of every version, in the newest shape. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type EventExample = {
  /** `AccountOpened.v1`. */
  readonly name: string;
  readonly what: string;
  readonly data: unknown;
  readonly effectiveAt: string;
};

const ROOT = join(import.meta.dirname, '..', '..');

/** Those of a context, by name; none when it keeps none. */
export function eventExamples({ name }: { readonly name: string }): readonly EventExample[] {
  const folder = join(ROOT, 'test', 'functions', name, 'fixtures', 'events');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.toSorted().map((file) => {
    const { stored, newest } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return { name: file.replace(/\.json$/, ''), what: stored.what, data: newest, effectiveAt: stored.effectiveAt };
  });
}
