/** A command is accepted now and answered later: where its status can be asked for, or, if it has ended in time, as if it had been handled at once. */
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import {
  type AcceptingPorts,
  acceptCommand,
  awaitEnding,
  type CommandEntry,
  type CommandHandling,
  type CommandLog,
  checkCommand,
  type Ending,
  type SentCommand,
} from '#shared/command/index.ts';
import { type HttpResult, json } from './http-message.ts';
import type { Preferences } from './prefer-header.ts';

export type LaterPorts = Pick<AcceptingPorts, 'queue'> & { readonly log: CommandLog };

type Later =
  | { readonly kind: 'ended'; readonly ending: Ending }
  | { readonly kind: 'pending'; readonly answer: HttpResult };

/** Kept of the function's time: the answer is 202 before it is cut off. */
const RESERVE_MS = 2_000;

/**
 * What can be told without the stream is told at once; an untimely command too, since only its stream knows of an earlier copy.
 * Otherwise as `acceptCommand`: whatever is thrown, the request is safe to repeat with its idempotency key.
 */
export async function answerLater(
  handling: CommandHandling,
  { log, queue }: LaterPorts,
  aggregates: readonly AnyAggregate[],
  sent: SentCommand,
  { waitSeconds }: Preferences,
  remainingMs: () => number,
): Promise<Later> {
  const { clock, ids, sleep } = handling;
  const checked = checkCommand(clock, aggregates, sent);
  if (checked.kind !== 'checked') return { kind: 'ended', ending: checked };
  if (checked.untimely.length > 0) return { kind: 'ended', ending: { kind: 'faulty', faults: checked.untimely } };

  const { entry, isRepeat } = await acceptCommand({ log, queue, clock, ids }, checked);
  if (waitSeconds === 0) return { kind: 'pending', answer: accepted(entry, 'respond-async') };
  const withinMs = Math.min(waitSeconds * 1_000, remainingMs() - RESERVE_MS);
  const ended = await awaitEnding({ log, clock, sleep }, entry, withinMs, sent.signal);
  return ended?.ending === undefined
    ? { kind: 'pending', answer: accepted(entry, `respond-async, wait=${waitSeconds}`) }
    : { kind: 'ended', ending: isRepeat ? replayed(ended.ending) : ended.ending };
}

const accepted = ({ stream, id }: CommandEntry, applied: string): HttpResult =>
  json(202, { stream, id, status: 'pending' }, { location: statusPath(stream, id), 'preference-applied': applied });

/** Where the status of an accepted command can be asked for. HTTP APIs decode a path twice, so the id is encoded twice. */
const statusPath = (stream: string, id: string): string =>
  `/commands/${stream}/${encodeURIComponent(encodeURIComponent(id))}`;

/** Who has sent a command before is told so, as when it is answered at once. */
function replayed(ending: Ending): Ending {
  if (ending.kind !== 'handled' || ending.outcome.kind !== 'recorded') return ending;
  return { ...ending, outcome: { ...ending.outcome, replayed: true } };
}
