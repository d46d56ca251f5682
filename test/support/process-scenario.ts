/** Given these inputs, when this one, then these commands and deadlines: for tests of process managers. */
import type { RecordedEvent } from '#shared/event/index.ts';
import { type AnyProcessManager, type ProcessInput, type Reaction, react } from '#shared/process-manager/index.ts';

/** What goes out, without what is not there. */
type Outgoing = Pick<Reaction<unknown, string>, 'send' | 'deadlines' | 'done'>;

/** Runs the inputs one after the other through the reactions. */
export const processScenario = (processManager: AnyProcessManager) => ({
  given: (...inputs: readonly ProcessInput[]) => ({
    when(input: ProcessInput) {
      const before = inputs.reduce(
        (state, one) => react(processManager, state, one).state,
        processManager.initialState,
      );
      const { state, ...outgoing } = react(processManager, before, input);
      return { state, outgoing: outgoing as Outgoing };
    },
  }),
});

/** An event as an input; of which only what it tells matters. */
export const event = (stream: string, what: string, data: unknown): ProcessInput => ({
  kind: 'event',
  event: { context: { stream, what }, data } as RecordedEvent,
});

export const recorded = (to: string): ProcessInput => ({
  kind: 'answer',
  to,
  answer: { kind: 'recorded', version: 1 },
});

export const rejected = (to: string, code: string): ProcessInput => ({
  kind: 'answer',
  to,
  answer: { kind: 'rejected', code },
});

export const deadline = (name: string): ProcessInput => ({ kind: 'deadline', name });
