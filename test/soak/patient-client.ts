/** A client that sends a command with one idempotency key until it is told what became of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { SoakCommand } from './random-commands.ts';

/** `events` of one that was recorded: their ids, or how many there are when the answer tells no more. */
export type SentCommand = { readonly command: SoakCommand; readonly tries: number } & (
  | { readonly kind: 'recorded'; readonly version: number; readonly events: readonly string[] | number }
  /** By a rule, or since nothing was to change: it must not be in the log. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** What no client should be told, or nothing at all: nobody knows what became of it. */
  | { readonly kind: 'unclear'; readonly reason: string }
);

const MAXIMUM_TRIES = 200;
const PAUSE_MS = 50;
/** Nobody is there: it may take a minute until somebody is. */
const SILENCE_MS = 300;
const ANSWERS_WITHIN_MS = 35_000;

type Body = {
  readonly version: number;
  readonly events?: readonly { readonly id: string }[];
  /** Of scans, instead of their events. */
  readonly accepted?: number;
  readonly code?: string;
  readonly detail?: string;
};

type Answer = { readonly status: number; readonly etag: string | null; readonly body: Body };

/** Undefined when the connection broke or nothing came in time. */
async function ask(url: string, init: RequestInit): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    const body = (await response.json()) as Body; // the HTTP contract
    return { status: response.status, etag: response.headers.get('etag'), body };
  } catch {
    return undefined;
  }
}

/** Tries again after a conflict, a failure and silence. */
async function untilAnswered(url: string, init: RequestInit): Promise<{ answer?: Answer; tries: number }> {
  for (let tries = 1; tries <= MAXIMUM_TRIES; tries += 1) {
    const answer = await ask(url, init);
    if (answer !== undefined && answer.status < 500 && answer.status !== 409) return { answer, tries };
    await sleep(answer === undefined ? SILENCE_MS : PAUSE_MS);
  }
  return { tries: MAXIMUM_TRIES };
}

export async function sendCommand(appUrl: string, command: SoakCommand): Promise<SentCommand> {
  if (command.twice !== true) return sendOnce(appUrl, command);
  const [one, other] = await Promise.all([sendOnce(appUrl, command), sendOnce(appUrl, command)]);
  const tries = one.tries + other.tries;
  if (one.kind === 'unclear' || other.kind === 'unclear') return { ...(one.kind === 'unclear' ? one : other), tries };
  // One that is refused is decided again when the other comes: by then it may be in order.
  if (one.kind === 'refused' || other.kind === 'refused') return { ...(one.kind === 'refused' ? other : one), tries };
  if (one.version === other.version && isDeepStrictEqual(one.events, other.events)) return { ...one, tries };
  return { command, tries, kind: 'unclear', reason: `two answers: versions ${one.version} and ${other.version}` };
}

async function sendOnce(appUrl: string, command: SoakCommand): Promise<SentCommand> {
  const { answer, tries } = await untilAnswered(`${appUrl}${command.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': command.key },
    body: JSON.stringify(command.body),
  });
  const sent = { command, tries };
  if (answer === undefined) return { ...sent, kind: 'unclear', reason: `no answer in ${tries} tries` };
  const { status, body } = answer;
  if (status === 200) {
    const events = body.events?.map(({ id }) => id) ?? body.accepted ?? 0;
    const isChange = typeof events === 'number' ? events > 0 : events.length > 0;
    if (!isChange) return { ...sent, kind: 'refused', reason: 'unchanged' };
    return { ...sent, kind: 'recorded', version: body.version, events };
  }
  if (status === 422 && body.code !== 'idempotency-key-reused') {
    return { ...sent, kind: 'refused', reason: body.code ?? '' };
  }
  return { ...sent, kind: 'unclear', reason: `${status} ${body.code ?? body.detail}` };
}

/** The version of a strong answer; undefined when there is none. */
export async function strongVersion(appUrl: string, path: string): Promise<number | undefined> {
  const { answer } = await untilAnswered(`${appUrl}${path}`, { headers: { consistency: 'strong' } });
  return answer?.status === 200 ? Number(answer.etag?.replaceAll('"', '')) : undefined;
}
