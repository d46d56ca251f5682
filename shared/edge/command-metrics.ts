/** What became of a context's commands is counted in one line of the log for each: no request, and no metric while nobody sends any. */
import type { CommandOutcome } from '#shared/command/index.ts';
import { emitMetrics } from './metrics.ts';

/**
 * `Commands` counts those that were looked at, `Refusals` those that a rule refused, `Conflicts` those for which the stream was
 * elsewhere: somebody was always faster, or it was not at the version that the caller named.
 */
export function commandMetrics(dimensions: Readonly<Record<string, string>>, clock: () => Date) {
  return (outcome: CommandOutcome['kind']): void =>
    emitMetrics(dimensions, { Commands: [1, 'Count'], ...countOf(outcome) }, clock());
}

function countOf(outcome: CommandOutcome['kind']): Parameters<typeof emitMetrics>[1] {
  switch (outcome) {
    case 'rejected':
      return { Refusals: [1, 'Count'] };
    case 'conflict':
    case 'precondition-failed':
      return { Conflicts: [1, 'Count'] };
    case 'recorded':
    case 'unchanged':
    case 'command-id-reused':
      return {};
  }
}
