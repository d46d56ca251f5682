/** The guards that no test watches, and why that is right. A new one is listed here only when its absence cannot be told from outside. */
import type { Guard } from './find-guards.ts';

type Unwatched = {
  /** The declaration that the guard is in. */
  readonly within: string;
  readonly kind: string;
  /** A part of what is taken away, where the declaration has several guards of the kind. */
  readonly of?: string;
  readonly why: string;
};

export const UNWATCHED: readonly Unwatched[] = [];

export const isOf = (guard: Guard, { within, kind, of = '' }: Unwatched): boolean =>
  guard.within === within && guard.kind === kind && guard.before.includes(of);
