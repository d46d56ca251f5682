/** Given these events, when this command, then these events or this refusal: for tests of deciders. */
import { type Decider, type Decision, fold, type Rejection } from '#shared/aggregate/index.ts';
import type { DomainEvent } from '#shared/event/index.ts';

/** Runs one command on a history; `events` gives the new ones, `refusal` the refusal, each failing on the other. */
export const scenario =
  <State, Command, Event extends DomainEvent>(decider: Decider<State, Command, Event>) =>
  (...history: readonly Event[]) => ({
    when(command: Command) {
      const decision: Decision<Event> = decider.decide(command, fold(decider, history));
      return {
        events(): readonly Event[] {
          if (decision.kind === 'rejected') throw new Error(`refused: ${decision.code}`);
          return decision.events;
        },
        refusal(): Rejection {
          if (decision.kind === 'accepted') throw new Error(`accepted: ${JSON.stringify(decision.events)}`);
          return decision;
        },
      };
    },
  });
