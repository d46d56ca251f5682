/**
 * A process is a stream like any other: what comes in is a command that is decided by the process manager's reaction, and
 * what goes out is recorded with it in one commit. So an input is taken once by the log's own means, and the commits are the
 * outbox.
 */
import * as z from 'zod/mini';
import { type AnyAggregate, accept, type Command, type Decision, defineAggregate } from '#shared/aggregate/index.ts';
import { type DomainEvent, jsonDigest, KitError, type RecordedEvent } from '#shared/event/index.ts';
import {
  type Answer,
  type AnyProcessManager,
  type DeadlineChange,
  type ProcessInput,
  react,
  type Sending,
} from './process-manager.ts';

const answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('recorded'), version: z.int() }),
  z.object({ kind: z.literal('unchanged'), version: z.int() }),
  z.object({ kind: z.literal('rejected'), code: z.string() }),
]);

/** What came in, as it is recorded: an event is named, since its content is in its own stream. */
const input = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), what: z.string(), stream: z.string(), version: z.int() }),
  z.object({ kind: z.literal('answer'), to: z.string(), commandId: z.string(), answer }),
  z.object({ kind: z.literal('deadline'), name: z.string(), key: z.string() }),
]);

const outstanding = z.object({
  /** Of the command, the same for every copy. */
  commandId: z.string(),
  /** Under which the process manager sends it. */
  name: z.string(),
  category: z.string(),
  what: z.string(),
  context: z.optional(z.string()),
  id: z.string(),
  data: z.unknown(),
});

const deadline = z.object({ name: z.string(), at: z.string(), key: z.string() });

export const processEvents = {
  ProcessReacted: {
    meaning: 'A process has taken an event, an answer or a deadline, and this is its state after it.',
    schema: z.object({ input, state: z.unknown() }),
  },
  ProcessCommandSent: { meaning: 'A process asks for a command to be carried out.', schema: outstanding },
  ProcessDeadlineSet: { meaning: 'A process wants to be told when a time has passed.', schema: deadline },
  ProcessDeadlineCancelled: { meaning: 'A deadline no longer counts.', schema: z.object({ name: z.string() }) },
  ProcessEnded: { meaning: 'Nothing changes the process any more.', schema: z.object({}) },
};

/** A command that was sent and not answered; `sentAt` is when it was recorded. */
export type Outstanding = z.infer<typeof outstanding> & { readonly sentAt: string };
export type PendingDeadline = z.infer<typeof deadline>;

/** What there is of a process. */
export type ProcessState = {
  readonly state: unknown;
  /** In the order in which they are carried out. */
  readonly outstanding: readonly Outstanding[];
  readonly deadlines: readonly PendingDeadline[];
  readonly hasEnded: boolean;
};

/** An input on its way into a process. */
export type Taken =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'answer'; readonly to: string; readonly commandId: string; readonly answer: Answer }
  | { readonly kind: 'deadline'; readonly name: string; readonly key: string };

export const TAKE = 'take';

/** The same for every copy of an input, and for no other input of the process. */
export function inputId(taken: Taken): string {
  if (taken.kind === 'event') return taken.event.context.id;
  return taken.kind === 'answer' ? `answer ${taken.commandId}` : `deadline ${taken.key}`;
}

const made = new WeakMap<AnyProcessManager, AnyAggregate>();

/** The aggregate of a process manager's streams; one and the same for one process manager. */
export function processAggregate(processManager: AnyProcessManager): AnyAggregate {
  const aggregate = made.get(processManager) ?? make(processManager);
  made.set(processManager, aggregate);
  return aggregate;
}

const make = (processManager: AnyProcessManager): AnyAggregate =>
  defineAggregate<ProcessState, Command<typeof TAKE, Taken>, DomainEvent>({
    category: processManager.name,
    collection: processManager.name,
    commands: { [TAKE]: { meaning: processManager.meaning, schema: z.unknown(), isInternal: true } },
    events: processEvents,
    isOneStory: true,
    decider: {
      initialState: { state: processManager.initialState, outstanding: [], deadlines: [], hasEnded: false },
      decide: ({ data }, state) => decide(processManager, data, state),
      evolve,
      stateSchema: z.object({
        state: processManager.stateSchema,
        outstanding: z.array(z.extend(outstanding, { sentAt: z.string() })),
        deadlines: z.array(deadline),
        hasEnded: z.boolean(),
      }) as z.ZodMiniType<ProcessState>, // of the same fields
      ...(processManager.stateRevision !== undefined && { stateRevision: processManager.stateRevision }),
    },
  });

function decide(processManager: AnyProcessManager, taken: Taken, process: ProcessState): Decision<DomainEvent> {
  if (process.hasEnded || !isAwaited(taken, process)) return accept([]);
  const { state, send = [], deadlines = [], done } = reactionOf(processManager, process.state, toInput(taken));
  const id = inputId(taken);
  return accept([
    { what: 'ProcessReacted', data: { input: recordedInput(taken), state } },
    ...send.map((one, index) => commandSent(processManager, one, jsonDigest([processManager.name, id, index]))),
    ...deadlines.map((one) => deadlineChanged(processManager, one, id)),
    ...(done ? [{ what: 'ProcessEnded', data: {} }] : []),
  ]);
}

/** An answer counts once, and a deadline while it is set. */
function isAwaited(taken: Taken, { outstanding, deadlines }: ProcessState): boolean {
  if (taken.kind === 'answer') return outstanding.some(({ commandId }) => commandId === taken.commandId);
  return taken.kind === 'event' || deadlines.some(({ key }) => key === taken.key);
}

function toInput(taken: Taken): ProcessInput {
  if (taken.kind === 'answer') return { kind: 'answer', to: taken.to, answer: taken.answer };
  return taken.kind === 'event' ? taken : { kind: 'deadline', name: taken.name };
}

function recordedInput(taken: Taken): z.infer<typeof input> {
  if (taken.kind !== 'event') return taken;
  const { what, stream, version } = taken.event.context;
  return { kind: 'event', what, stream, version };
}

function reactionOf(processManager: AnyProcessManager, before: unknown, input: ProcessInput) {
  const { name, stateSchema } = processManager;
  try {
    return react(processManager, stateSchema.parse(before), input);
  } catch (cause) {
    const what = input.kind === 'event' ? input.event.context.what : `the ${input.kind}`;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KitError('event-not-applied', `${name} cannot react to ${what}: ${reason}`, { cause });
  }
}

function commandSent({ name, sends }: AnyProcessManager, { command, id, data }: Sending<string>, commandId: string) {
  const target = Object.hasOwn(sends, command) ? sends[command] : undefined;
  if (target === undefined)
    throw new KitError('event-not-applied', `${name} sends ${command}, which it does not declare.`);
  const { category, what, context } = target;
  const sent = { commandId, name: command, category, what, ...(context !== undefined && { context }), id, data };
  return { what: 'ProcessCommandSent', data: sent };
}

const UTC_TIME = z.iso.datetime();

/** 144 bits, and short enough for the name of a schedule. */
const KEY_CHARACTERS = 24;

function deadlineChanged({ name, deadlines }: AnyProcessManager, change: DeadlineChange, input: string): DomainEvent {
  const of = 'set' in change ? change.set : change.cancel;
  if (!Object.hasOwn(deadlines, of)) {
    throw new KitError('event-not-applied', `${name} sets the deadline ${of}, which it does not declare.`);
  }
  if ('cancel' in change) return { what: 'ProcessDeadlineCancelled', data: { name: of } };
  if (!UTC_TIME.safeParse(change.at).success) {
    throw new KitError(
      'event-not-applied',
      `${name} sets the deadline ${of} to ${change.at}, which is no time in UTC.`,
    );
  }
  return {
    what: 'ProcessDeadlineSet',
    data: { name: of, at: change.at, key: `${of}-${jsonDigest([name, input, of]).slice(0, KEY_CHARACTERS)}` },
  };
}

function evolve(process: ProcessState, { what, data, effectiveAt: sentAt = '' }: DomainEvent): ProcessState {
  switch (
    what as keyof typeof processEvents // a process records no others
  ) {
    case 'ProcessReacted': {
      const { input: came, state } = data as z.infer<typeof processEvents.ProcessReacted.schema>;
      return {
        ...process,
        state,
        outstanding: process.outstanding.filter((one) => came.kind !== 'answer' || one.commandId !== came.commandId),
        deadlines: process.deadlines.filter((one) => came.kind !== 'deadline' || one.key !== came.key),
      };
    }
    case 'ProcessCommandSent':
      return {
        ...process,
        outstanding: [...process.outstanding, { ...(data as z.infer<typeof outstanding>), sentAt }],
      };
    case 'ProcessDeadlineSet': {
      const set = data as PendingDeadline;
      return { ...process, deadlines: [...without(process.deadlines, set.name), set] };
    }
    case 'ProcessDeadlineCancelled':
      return { ...process, deadlines: without(process.deadlines, (data as { readonly name: string }).name) };
    case 'ProcessEnded':
      return { ...process, deadlines: [], hasEnded: true };
  }
}

const without = (deadlines: readonly PendingDeadline[], name: string) => deadlines.filter((one) => one.name !== name);
