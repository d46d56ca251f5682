/**
 * The one way in for commands, whatever brings them: a request, a message, a process. No decider is asked before the command
 * has been found and its data fits the schema.
 */
import { type AnyAggregate, type Checked, check, checkId, type Fault, faultsIn } from '#shared/aggregate/index.ts';
import { type StreamId, toStreamId } from '#shared/event/index.ts';
import type { CommandOutcome, CommandRequest } from './command-outcome.ts';
import { type CommandHandling, earlierOutcome, handleCommand, payloadHash } from './handle-command.ts';

/** What a caller may say beside the command. */
export type CommandOptions = Pick<
  CommandRequest,
  'commandId' | 'correlationId' | 'causationId' | 'precondition' | 'issuedAt' | 'isFinal'
>;

/** A command as it came in. What could not be read of it comes as faults, to be told together with all others. */
export type SentCommand = {
  readonly category: string;
  readonly id: string;
  readonly what: string;
  readonly data: Checked<unknown>;
  readonly options: Checked<CommandOptions>;
  readonly who: string;
  readonly signal?: AbortSignal;
};

export type DispatchOutcome =
  | { readonly kind: 'unknown-command' }
  /**
   * All that is wrong with what was sent: the id, the options, the data. The stream was not looked at, but for an earlier copy
   * of a command whose data is wrong by the time at which it came in.
   */
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] }
  /** `answer`: what the command answers instead of its events, when it has been recorded or changes nothing. */
  | {
      readonly kind: 'handled';
      readonly stream: StreamId;
      readonly outcome: CommandOutcome;
      readonly answer?: Readonly<Record<string, unknown>>;
    };

/** A command that there is, with data that fits: whatever brought it, it may be handled now or later. */
export type CheckedCommand = {
  readonly kind: 'checked';
  readonly aggregate: AnyAggregate;
  readonly request: CommandRequest & { readonly payloadHash: string };
  /** The data as it came in, before the schema made something of it. */
  readonly sent: unknown;
  /** What is wrong with the data by the time at which it came in. Only a repeat of a command that committed is handled then. */
  readonly untimely: readonly Fault[];
};

/** Checks a command against its definition in one of the aggregates, and handles it. Otherwise like `handleCommand`. */
export async function dispatch(
  handling: CommandHandling,
  aggregates: readonly AnyAggregate[],
  sent: SentCommand,
): Promise<DispatchOutcome> {
  const checked = checkCommand(handling.clock, aggregates, sent);
  return checked.kind === 'checked' ? handleChecked(handling, checked) : checked;
}

/** All that can be told of a command without its stream. What came in is judged by the time when it was issued, if that is known. */
export function checkCommand(
  clock: () => Date,
  aggregates: readonly AnyAggregate[],
  { category, id, what, data: sent, options, who, signal }: SentCommand,
): CheckedCommand | Exclude<DispatchOutcome, { kind: 'handled' }> {
  const aggregate = aggregates.find((one) => one.category === category);
  const definition = aggregate && Object.hasOwn(aggregate.commands, what) ? aggregate.commands[what] : undefined;
  if (aggregate === undefined || definition === undefined) return { kind: 'unknown-command' };

  const named = checkId(id);
  const data = 'faults' in sent ? sent : check(definition.schema, sent.value);
  const issuedAt = 'value' in options ? options.value.issuedAt : undefined;
  const cameIn = issuedAt === undefined ? clock() : new Date(issuedAt);
  const untimely = 'value' in data ? (definition.faultsAt?.(data.value, cameIn) ?? []) : [];
  const hash = 'faults' in sent ? sent : hashOf(what, sent.value);
  if ('faults' in sent || 'faults' in named || 'faults' in options || 'faults' in data || 'faults' in hash) {
    return { kind: 'faulty', faults: [...faultsIn(named, options, 'faults' in data ? data : hash), ...untimely] };
  }
  const request = {
    ...options.value,
    stream: toStreamId(category, named.value),
    command: { what, data: data.value },
    payloadHash: hash.value,
    who,
    ...(signal && { signal }),
  };
  return { kind: 'checked', aggregate, request, sent: sent.value, untimely };
}

async function handleChecked(
  handling: CommandHandling,
  { aggregate, request, untimely }: CheckedCommand,
): Promise<DispatchOutcome> {
  const { stream, command } = request;
  const outcome = await (untimely.length === 0 ? handleCommand : earlierOutcome)(handling, aggregate, request);
  if (outcome === undefined) return { kind: 'faulty', faults: untimely };
  const events = outcome.kind === 'recorded' ? outcome.events : outcome.kind === 'unchanged' ? [] : undefined;
  const answer = events && aggregate.commands[command.what]?.answer?.(command.data, events);
  return { kind: 'handled', stream, outcome, ...(answer && { answer }) };
}

/** Of what was sent, not of what the schema made of it: a default that is added later does not make a repeat another command. */
function hashOf(what: string, data: unknown): Checked<string> {
  try {
    return { value: payloadHash(what, data) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { faults: [{ path: '', code: 'too-deep', message: 'The data is nested too deeply.' }] };
  }
}
