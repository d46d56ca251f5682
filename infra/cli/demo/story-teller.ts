/** What a story prints, and whether all that it said has come out right. */
import { isDeepStrictEqual, styleText } from 'node:util';
import type { DemoClient } from './demo-client.ts';
import { storyTable } from './story-table.ts';

export type StoryTeller = {
  chapter(title: string): void;
  say(text: string): void;
  /** Columns from `numbersFrom` on are flush right. */
  table(head: readonly string[], body: readonly (readonly string[])[], numbersFrom?: number): void;
  /** Prints that it is right, or each thing that is not, with what it should have been. */
  check(what: string, found: unknown, expected: unknown): void;
  /** The checks that failed. */
  wrong(): readonly string[];
};

/**
 * Plays, and gives the stream that is worth a look. `run` makes the ids of a run unlike those of every other one. Throws what stops
 * the story; a wrong figure does not.
 */
export type Story = (scene: {
  readonly client: DemoClient;
  readonly teller: StoryTeller;
  readonly run: string;
}) => Promise<string>;

export function storyTeller(print: (text: string) => void): StoryTeller {
  const wrong: string[] = [];
  return {
    chapter: (title) => print(`\n${styleText('bold', title)}`),
    say: print,
    table: (head, body, numbersFrom) => print(`\n${storyTable(head, body, numbersFrom)}\n`),
    check(what, found, expected) {
      const differences = differencesOf(what, found, expected);
      wrong.push(...differences);
      if (differences.length === 0) print(styleText('green', `  ✓ ${what}`));
      for (const line of differences) print(styleText('red', `  ✗ ${line}`));
    },
    wrong: () => wrong,
  };
}

/** Of a list only what is different is told, with its place. */
function differencesOf(what: string, found: unknown, expected: unknown): string[] {
  if (isDeepStrictEqual(found, expected)) return [];
  if (!Array.isArray(found) || !Array.isArray(expected)) {
    return [`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found) ?? 'nothing'}`];
  }
  const length = Math.max(found.length, expected.length);
  return Array.from({ length }, (_, index) =>
    index in expected
      ? differencesOf(`${what}, number ${index + 1}`, found[index], expected[index])
      : [`${what}, number ${index + 1}: expected nothing, found ${JSON.stringify(found[index])}`],
  ).flat();
}
