/** Faults that strike as a test says, instead of by chance. */
import type { Fault, Faults } from '../../infra/local/engine/chaos/faults.ts';

/** Strikes with these, always, until a test changes them; `chance` is asked for each in turn, the last one for ever. */
export function scriptedFaults(...chances: readonly number[]): Faults & { readonly active: Set<Fault> } {
  const active = new Set<Fault>();
  const left = [...chances];
  return {
    active,
    strikes: (fault) => active.has(fault),
    chance: () => (left.length > 1 ? left.shift() : left[0]) ?? 0,
  };
}
