import type { CommandEntry, CommandLog } from './command-log.ts';
import type { CommandHandling } from './handle-command.ts';

/** Pauses between two looks at the log: short at first, for a command is normally carried out in a moment. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/**
 * The entry with its ending, if that is there within so many milliseconds. Nothing when it is not, when the same id has been
 * accepted again meanwhile, or once the signal is aborted. A log that does not answer is asked again: throws nothing of its own.
 */
export async function awaitEnding(
  { log, clock, sleep }: { readonly log: CommandLog } & Pick<CommandHandling, 'clock' | 'sleep'>,
  { stream, id, message }: CommandEntry,
  withinMs: number,
  signal?: AbortSignal,
): Promise<CommandEntry | undefined> {
  const end = clock().getTime() + withinMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(Math.ceil(pause * 1.5), LONGEST_PAUSE_MS)) {
    const entry = await log.read(stream, id).catch(() => undefined);
    if (entry !== undefined && entry.message !== message) return undefined;
    if (entry?.ending !== undefined) return entry;
    const left = end - clock().getTime();
    if (left <= 0 || signal?.aborted) return undefined;
    await sleep(Math.min(pause, left), signal);
  }
}
