/** What many measurements come to: the middle, and what all but a few stay under. */

/** The smallest measurement that a share (0 to 1) of all does not pass. Throws when there is none. */
export function quantile(measurements: readonly number[], share: number): number {
  const sorted = measurements.toSorted((one, other) => one - other);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}

export const median = (measurements: readonly number[]): number => quantile(measurements, 0.5);

export const p95 = (measurements: readonly number[]): number => quantile(measurements, 0.95);
