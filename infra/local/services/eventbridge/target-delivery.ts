/** A failed delivery to a target is tried again, and an event that ran out of tries is dead-lettered or dropped. */
import { counted } from '../../engine/counted.ts';
import { type Clock, wait } from '../../engine/local-clock.ts';
import type { Log } from '../../engine/log.ts';
import type { MessageAttribute } from '../sqs/queue.ts';
import type { RuleTarget } from './rule.ts';

/** Retry policy of a target without one of its own [EventBridge guide: 24 hours and 185 times]. */
const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_SECONDS = 86_400;

/** Exponential back-off; the service publishes neither bound, these spread 185 tries over about a day. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 8 * 60_000;

/** Enough to tell an error by; the rest of the message's size belongs to the event. */
const LONGEST_ATTRIBUTE = 1024;

/** Errors that no retry can heal go to the dead-letter queue at once. */
const PERMANENT = new Set(['NO_PERMISSIONS', 'NO_RESOURCE', 'INVALID_PARAMETER']);

export type Delivery = {
  readonly ruleArn: string;
  readonly target: RuleTarget;
  readonly input: string;
  readonly clock: Clock;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Where a line in the log comes from: the rule and its target. */
  readonly source: string;
  /** Ends the delivery: nothing is retried or dead-lettered any more. */
  readonly signal: AbortSignal;
};

/**
 * Delivers at least once: tries now, then after growing waits until the target accepts, its retries or the event's age run out, or
 * the signal ends it. Never rejects. An event that ran out goes to the dead-letter queue with the input as its body, else it is
 * dropped with a warning.
 */
export async function deliver(delivery: Delivery): Promise<void> {
  const { target, clock, random, log, source, signal } = delivery;
  const retries = target.maximumRetryAttempts ?? DEFAULT_RETRIES;
  const deadline = clock.now() + (target.maximumEventAgeSeconds ?? DEFAULT_AGE_SECONDS) * 1000;
  for (let retried = 0; ; retried += 1) {
    const failure = await attempt(delivery);
    if (failure === undefined) return;
    if (signal.aborted) return lost(delivery);
    const waitMs = backOff(retried, random());
    if (PERMANENT.has(failure.code)) return giveUp(delivery, failure, retried);
    if (retried >= retries) return giveUp(delivery, failure, retried, 'MaximumRetryAttempts');
    if (clock.now() + waitMs > deadline) return giveUp(delivery, failure, retried, 'MaximumEventAgeInSeconds');
    log(
      'warn',
      source,
      `delivery failed (${failure.code}: ${failure.message}), next try in ${(waitMs / 1000).toFixed(1)} s`,
    );
    await wait(waitMs, signal, clock);
    if (signal.aborted) return lost(delivery);
  }
}

function lost({ log, source }: Delivery): void {
  log('warn', source, 'stopped before an event was delivered; it is lost');
}

type Failure = { readonly code: string; readonly message: string };

async function attempt({ target, input }: Delivery): Promise<Failure | undefined> {
  try {
    await target.deliver(input);
    return undefined;
  } catch (error) {
    return { code: errorCode(error), message: error instanceof Error ? error.message : String(error) };
  }
}

/** EventBridge's word for an error, by the names and codes that AWS services give to theirs. */
const ERROR_CODES: readonly (readonly [names: RegExp, code: string])[] = [
  [/NotFound|NonExistent|DoesNotExist/, 'NO_RESOURCE'],
  [/AccessDenied|NotAuthorized/, 'NO_PERMISSIONS'],
  [/Throttl|TooManyRequests/, 'THROTTLING'],
  [/Timeout/, 'TIMEOUT'],
  [/^Invalid|^MissingRequired|Validation/, 'INVALID_PARAMETER'],
];

function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'ERROR_FROM_TARGET';
  const names = [error.name, 'code' in error ? String(error.code) : ''];
  return ERROR_CODES.find(([known]) => names.some((name) => known.test(name)))?.[1] ?? 'ERROR_FROM_TARGET';
}

/** Milliseconds until the next try, between half and the whole of a bound that doubles. `random` is at least 0 and below 1. */
export function backOff(retried: number, random: number): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** retried);
  return longest / 2 + (random * longest) / 2;
}

function giveUp(delivery: Delivery, failure: Failure, retried: number, exhausted?: string): void {
  const { target, input, ruleArn, log, source } = delivery;
  const story = `${failure.code}: ${failure.message}; ${counted(retried, 'retry', 'retries')}`;
  const queue = target.deadLetterQueue;
  if (queue === undefined) {
    log('warn', source, `event dropped (${story}); the target has no dead-letter queue`);
    return;
  }
  try {
    queue.send({
      body: input,
      attributes: textAttributes({
        RULE_ARN: ruleArn,
        TARGET_ARN: target.arn,
        ERROR_CODE: failure.code,
        ERROR_MESSAGE: failure.message,
        EXHAUSTED_RETRY_CONDITION: exhausted,
        RETRY_ATTEMPTS: String(retried),
      }),
    });
    log('warn', source, `event moved to ${queue.name} (${story})`);
  } catch (error) {
    log('error', source, `event lost (${story}); its dead-letter queue ${queue.name} refused it: ${String(error)}`);
  }
}

/** Leaves out what is undefined or empty, and characters that are not of XML 1.0: no message attribute can hold them. */
export function textAttributes(values: Readonly<Record<string, string | undefined>>): Record<string, MessageAttribute> {
  const attributes: Record<string, MessageAttribute> = {};
  for (const [name, value] of Object.entries(values)) {
    const text = value
      ?.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, ' ')
      .slice(0, LONGEST_ATTRIBUTE);
    if (text) attributes[name] = { DataType: 'String', StringValue: text };
  }
  return attributes;
}
