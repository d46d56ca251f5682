/** What is a guard? A line without which something would go wrong; it is removed, and a test must notice. */

export type Guard = {
  readonly name: string;
  readonly file: string;
  /** Exact text; it must be there once. */
  readonly find: string;
  readonly replace: string;
  /** Test files, at least one of which must turn red. */
  readonly tests: readonly string[];
};
