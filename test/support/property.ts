/** A property of many writers is tried so that a failure can be tried again. */
import fc from 'fast-check';

/** `PROPERTY_SEED` repeats an earlier run; `PROPERTY_FACTOR` tries so many times as often. */
const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const factor = Number(process.env.PROPERTY_FACTOR ?? 1);

/** Prints the seed, and on a failure the smallest plan that fails. */
export async function holds<Inputs extends [unknown, ...unknown[]]>(
  property: fc.IAsyncProperty<Inputs>,
  runs: number,
): Promise<void> {
  const numRuns = runs * factor;
  console.log(`PROPERTY_SEED=${seed}, ${numRuns} runs`);
  await fc.assert(property, { seed, numRuns });
}
