/**
 * A copy of a command is answered as the command was: from the commit that it made, found among the latest commands of the
 * stream or further back; or with the refusal that was kept.
 */
import { type CommandRecord, type EventStore, lastVersion } from '#shared/event-store/index.ts';
import type { Attempt } from './append-decision.ts';
import type { CommandOutcome, CommandRequest } from './command-outcome.ts';
import { COMMAND_WINDOW, type StreamState } from './stream-state.ts';

/**
 * The answer that was given before, if one was. What was kept is read after the stream, since whoever finds a newer state than
 * the one that was refused must find the refusal too. Throws what the store throws.
 */
export async function earlierAnswer(
  store: EventStore,
  request: CommandRequest,
  attempt: Pick<Attempt, 'commandId' | 'payloadHash'>,
  current: StreamState,
  hasLookedBack: boolean,
): Promise<CommandOutcome | undefined> {
  const isThis = ({ id }: CommandRecord) => id === attempt.commandId;
  const latest = current.commands.findLast(isThis);
  const earlier = latest ?? (hasLookedBack ? undefined : await lookBack(store, request, current, isThis));
  if (earlier !== undefined) return replay(store, request, attempt, earlier);
  if (!request.isFinal) return undefined;
  const { stream, signal } = request;
  return (await store.readAnswer(stream, attempt.commandId, { signal })) as CommandOutcome | undefined; // kept below
}

/** No two clocks differ by as much: a commit may say that it is older than the command behind it. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** What the stream has recorded since the command was given out, before the latest commands. */
async function lookBack(
  store: EventStore,
  { stream, issuedAt, signal }: CommandRequest,
  { commands, recordedAt }: StreamState,
  isThis: (command: CommandRecord) => boolean,
): Promise<CommandRecord | undefined> {
  if (issuedAt === undefined || commands.length <= COMMAND_WINDOW) return undefined;
  const since = new Date(Date.parse(issuedAt) - CLOCKS_DIFFER_MS).toISOString();
  let before = recordedAt === undefined || recordedAt < since ? undefined : commands[0]?.version;
  while (before !== undefined) {
    const page = await store.readCommandsBefore(stream, { before, since }, { signal });
    const found = page.commands.find(isThis);
    if (found !== undefined) return found;
    before = page.next;
  }
  return undefined;
}

/** The first outcome of a command, from the commit that it made. */
async function replay(
  store: EventStore,
  { stream, commandId, signal }: CommandRequest,
  attempt: Pick<Attempt, 'commandId' | 'payloadHash'>,
  earlier: CommandRecord,
): Promise<CommandOutcome> {
  // Longer digests were recorded once; they begin like those of today.
  if (!earlier.payloadHash.startsWith(attempt.payloadHash)) return { kind: 'command-id-reused' };
  const commit = await store.readCommit(stream, earlier.version, { signal });
  if (commit === undefined) throw new Error(`the commit of ${stream} at version ${earlier.version} is gone`);
  const events = commit.events.map(({ id, what }, index) => ({ id, what, version: commit.version + index }));
  // An id that was made here can only have been met by a try of this same call, whose answer was lost.
  return { kind: 'recorded', version: lastVersion(commit), events, replayed: commandId !== undefined };
}

/** A final answer counts once it is kept where it was found; a conflict, when the stream has moved on from there. */
export async function keptForGood<Outcome extends CommandOutcome | { readonly kind: 'conflict' }>(
  store: EventStore,
  { isFinal = false, signal }: CommandRequest,
  { commandId }: Attempt,
  { token }: StreamState,
  outcome: Outcome,
): Promise<Outcome | { readonly kind: 'conflict' }> {
  if (!isFinal || (outcome.kind !== 'rejected' && outcome.kind !== 'unchanged')) return outcome;
  const kept = await store.keepAnswer(token, commandId, outcome, { signal });
  return kept.kind === 'kept' ? outcome : kept;
}
