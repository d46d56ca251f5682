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
import { deadline, evolve, type input, outstanding, type ProcessState, processEvents } from './process-state.ts';

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
