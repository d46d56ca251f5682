/** Which part of a stream is shown. */
import * as z from 'zod/mini';

/** Up to a version, that one included, or up to what was recorded by a time, ISO 8601 UTC with milliseconds. */
export type ReplayEnd = { readonly version: number } | { readonly time: string };

const wholeNumber = /^\d{1,15}$/;
const utcTime = z.iso.datetime();

/** Throws one line when a text is neither a version nor a time. */
export function replayEnd(text: string): ReplayEnd {
  if (wholeNumber.test(text) && Number(text) > 0) return { version: Number(text) };
  if (utcTime.safeParse(text).success) return { time: new Date(text).toISOString() };
  throw new Error(
    `--to is "${text}", which is neither a version, such as 7, nor a time in UTC, such as 2026-11-20T12:11:04.123Z`,
  );
}

/** The first version that is shown. Throws one line when a text is none. */
export function replayStart(text: string): number {
  if (wholeNumber.test(text) && Number(text) > 0) return Number(text);
  throw new Error(`--from is "${text}", which is no version, such as 7`);
}
