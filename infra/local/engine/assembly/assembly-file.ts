/** A file of a synthesized app; one that is not as CDK writes it is told in one line with its path. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';

/** Throws one line when the file cannot be read or is no JSON. */
export function readJson(folder: string, file: string): unknown {
  const path = join(folder, file);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // What is no JSON is quoted with its line ends.
    throw new Error(`${path} cannot be read: ${reason.replace(/\s+/g, ' ')}`);
  }
}

/** Throws one line also when the file does not fit the schema; the first property that does not is in it. */
export function readAssemblyFile<Content>(folder: string, file: string, schema: z.ZodType<Content>): Content {
  const { success, data, error } = schema.safeParse(readJson(folder, file));
  if (success) return data;
  const [issue] = error.issues;
  const where = issue?.path.join('.') || 'the whole file';
  throw new Error(`${join(folder, file)} is not as CDK writes it: ${where}: ${issue?.message}.`);
}
