/** What was sent is checked against a schema, and every fault is told at once, each with its place. */
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { isId } from '#shared/event/index.ts';

// Without a language, zod says "Invalid input" of everything.
z.config(en());

/** One thing that is wrong with what was sent. `path` is dotted; empty for the whole. */
export type Fault = { readonly path: string; readonly code: string; readonly message: string };

export type Checked<T> = { readonly value: T } | { readonly faults: readonly Fault[] };

export function check<T>(schema: z.ZodMiniType<T>, input: unknown): Checked<T> {
  const result = schema.safeParse(input);
  if (result.success) return { value: result.data };
  return { faults: result.error.issues.flatMap(faultsOf) };
}

/** Whether a text may be the id of a stream. */
export const checkId = (id: string, path = 'id'): Checked<string> =>
  isId(id)
    ? { value: id }
    : {
        faults: [
          { path, code: 'invalid-id', message: 'An id has 1 to 128 characters of A-Z, a-z, 0-9, _, ., ~ and -.' },
        ],
      };

/** All faults of several checks, in their order. */
export const faultsIn = (...checks: readonly Checked<unknown>[]): Fault[] =>
  checks.flatMap((checked) => ('faults' in checked ? checked.faults : []));

/** Unknown keys are one issue of the schema, but one fault each for the sender. */
function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  const { code, message } = issue;
  const path = issue.path.map(String);
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: [...path, key].join('.'), code, message: 'There is no such field.' }))
    : [{ path: path.join('.'), code, message }];
}
