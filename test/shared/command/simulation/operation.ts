import type { CommandOutcome } from '#shared/command/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import type { Step } from './plan.ts';

/** One call of a writer. Without an answer, what became of it is unknown. Times are those of one logical clock. */
export type Operation = Omit<Step, 'stream'> & {
  readonly stream: StreamId;
  /** Different for every call, and recorded with its commit. */
  readonly who: string;
  readonly invokedAt: number;
  readonly outcome?: CommandOutcome;
  readonly answeredAt?: number;
};

export const answeredAt = (operation: Operation): number => operation.answeredAt ?? Number.POSITIVE_INFINITY;
