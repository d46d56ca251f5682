/** How a replay is shown: for people, or a line of JSON for each event. Each step is written before the next is made. */
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import type { ReplayStep } from './replay-steps.ts';
import { causeLines, type Paint, stateLines, stepLines } from './replay-text.ts';
import { stateChanges } from './state-changes.ts';

export type ReplayWriter = {
  step(step: ReplayStep): void;
  /** After the last step: the version reached, and the state then. */
  end(version: number, state: unknown): void;
};

export const jsonWriter = (stream: StreamId, write: (line: string) => void): ReplayWriter => ({
  step({ event, before, after }) {
    const { version } = event.context;
    write(JSON.stringify({ stream, version, event, before, after, changes: stateChanges(before, after) }));
  },
  end() {},
});

/** What caused a commit is told before the first of its events that is shown. */
export function textWriter(aggregate: AnyAggregate, write: (line: string) => void, paint: Paint): ReplayWriter {
  let cause: string | undefined;
  return {
    step(step) {
      const { context } = step.event;
      if (context.why.id !== cause) for (const line of causeLines(step.event, paint)) write(line);
      cause = context.why.id;
      for (const line of stepLines(aggregate, step, paint)) write(line);
      write('');
    },
    end(version, state) {
      write(paint('bold', `State after version ${version}`));
      for (const line of stateLines(state)) write(line);
    },
  };
}
