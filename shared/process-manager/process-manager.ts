/** A process manager reacts to events, to answers and to time with commands and deadlines: a pure function for each process. */
import type * as z from 'zod/mini';
import type { DomainEvent, EventDefinitions, RecordedEvent } from '#shared/event/index.ts';
import type { Follower } from '#shared/projection/index.ts';

type RecordedOf<E extends DomainEvent, What extends E['what']> = RecordedEvent<
  What,
  Extract<E, { what: What }>['data']
>;

/** How a command that was sent has ended. A refusal is an answer; a target that is down gives none, and is asked again. */
export type Answer =
  | { readonly kind: 'recorded'; readonly version: number }
  | { readonly kind: 'unchanged'; readonly version: number }
  | { readonly kind: 'rejected'; readonly code: string };

/** A command on its way: which of those the process may send, to which stream, with what data. */
export type Sending<Sent extends string> = { readonly command: Sent; readonly id: string; readonly data: unknown };

export type DeadlineChange =
  /** At a time, ISO 8601 UTC; it is moved when it has been set before. */
  { readonly set: string; readonly at: string } | { readonly cancel: string };

export type Reaction<State, Sent extends string> = {
  readonly state: State;
  /** Carried out one after the other, in this order, after those that are not answered yet. */
  readonly send?: readonly Sending<Sent>[];
  readonly deadlines?: readonly DeadlineChange[];
  /** Nothing that comes in later changes the process any more; deadlines that are still set are cancelled. */
  readonly done?: true;
};

/** A command that a process may send, of an aggregate of its context or of another one, and what the answer makes of it. */
type SendableCommand<State, Sent extends string> = {
  readonly category: string;
  readonly what: string;
  /** When it is another one. */
  readonly context?: string;
  readonly answered: (state: State, answer: Answer) => Reaction<State, Sent>;
};

/**
 * Processes of one kind. Each is named by an id, and its state is the stream `<name>-<id>` in the context's log: one commit for
 * each input, with what came in and what goes out. An input is an event, the answer to a command that was sent, or a deadline
 * that has passed.
 *
 * Reactions are pure: no clock, no I/O, no change of what is passed in. One may be asked for again after a conflict, with a
 * newer state. An input is taken exactly once in effect; those of one source stream in their order, those of different streams
 * in any. What a reaction throws parks the stream that the input came from.
 */
export type ProcessManager<State, E extends DomainEvent, Sent extends string> = {
  /** Category of its streams: lower-case letters and digits. */
  readonly name: string;
  /** What it sees to, in a sentence for people. */
  readonly meaning: string;
  /** The streams whose events are looked at, and their events. */
  readonly categories: readonly string[];
  readonly events: EventDefinitions;
  readonly initialState: State;
  /** A state that older code has recorded is read through it, so its defaults fill in what is missing. */
  readonly stateSchema: z.ZodMiniType<State>;
  /** As of a decider: raise it when the meaning of the state changes and its shape does not. */
  readonly stateRevision?: number;
  /** Which process an event starts or concerns; undefined when it is none. */
  readonly processOf: (event: RecordedEvent) => string | undefined;
  /** Events that are not named here concern no process. */
  readonly on: { readonly [What in E['what']]?: (state: State, event: RecordedOf<E, What>) => Reaction<State, Sent> };
  readonly sends: { readonly [Name in Sent]: SendableCommand<State, Sent> };
  /** Names are in kebab case, up to 32 characters. */
  readonly deadlines: Readonly<Record<string, (state: State) => Reaction<State, Sent>>>;
};

type EventReaction = (state: unknown, event: RecordedEvent) => Reaction<unknown, string>;

/** A process manager whose own types are behind it: the kit hands it only states that it made itself. */
export type AnyProcessManager = Omit<ProcessManager<unknown, DomainEvent, string>, 'on' | 'sends'> & {
  readonly on: Readonly<Record<string, EventReaction | undefined>>;
  readonly sends: Readonly<Record<string, SendableCommand<unknown, string>>>;
};

export const defineProcessManager = <State, E extends DomainEvent, Sent extends string>(
  processManager: ProcessManager<State, E, Sent>,
): AnyProcessManager => processManager as unknown as AnyProcessManager; // see AnyProcessManager

export type ProcessInput =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'answer'; readonly to: string; readonly answer: Answer }
  | { readonly kind: 'deadline'; readonly name: string };

/** What an input makes of a process; nothing but itself when the process manager does not know it any more. Throws what the reaction throws. */
export function react(
  { on, sends, deadlines }: AnyProcessManager,
  state: unknown,
  input: ProcessInput,
): Reaction<unknown, string> {
  switch (input.kind) {
    case 'event':
      return own(on, input.event.context.what)?.(state, input.event) ?? { state };
    case 'answer':
      return own(sends, input.to)?.answered(state, input.answer) ?? { state };
    case 'deadline':
      return own(deadlines, input.name)?.(state) ?? { state };
  }
}

const own = <T>(all: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(all, name) ? all[name] : undefined;

/** The process that an event concerns. */
export const concernedProcess = (processManager: AnyProcessManager, event: RecordedEvent): string | undefined =>
  own(processManager.on, event.context.what) === undefined ? undefined : processManager.processOf(event);

/** Keeps up with the streams that are listened to, and with the processes' own. */
export const followerOf = ({ name, categories }: AnyProcessManager): Follower => ({
  name,
  version: 1,
  categories: [...categories, name],
  initialRow: null,
});
