/** The places of the kit that a test file comes to go with its results. */
import { afterAll } from 'vitest';

declare module 'vitest' {
  export interface TaskMeta {
    reached?: readonly string[];
  }
}

const reached = new Set<string>();
Object.assign(globalThis, { reached });

// biome-ignore lint/correctness/noEmptyPattern: vitest reads in the pattern which fixtures are asked for
afterAll(({}, suite) => {
  suite.file.meta.reached = [...reached];
});
