/** What may differ from one deployment to the next. */
import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { stagePrefix } from './stage-prefix.ts';

export type Config = {
  /** First part of every name; stages of one account differ in it. */
  readonly prefix: string;
  readonly logRetention: RetentionDays;
  /** How long the bus's archive keeps events. The log itself keeps them for ever. */
  readonly archiveRetention: Duration;
  /** How old an event is before the message about it counts as lost: what is behind the feed by then is sent again. */
  readonly settleSeconds: number;
  /** Who is told by e-mail when an alarm goes off, and when it is over; nobody when it is left out. */
  readonly alarmEmail?: string;
  /** What the API takes of all callers together; more is answered 429. `burst`: requests at once. */
  readonly throttle: { readonly perSecond: number; readonly burst: number };
};

/**
 * `cdk deploy -c stage=test` makes a second, separate Tributary in the account; `-c alarmEmail=<address>`, `-c apiRate=<per second>` and
 * `-c apiBurst=<at once>` are read likewise, `SETTLE_SECONDS` from the environment. Throws, in a line, when one of them is not usable.
 */
export function readConfig(node: Node, environment: NodeJS.ProcessEnv = process.env): Config {
  const alarmEmail = emailAddress(node.tryGetContext('alarmEmail'));
  return {
    prefix: stagePrefix(node.tryGetContext('stage')),
    logRetention: RetentionDays.ONE_MONTH,
    archiveRetention: Duration.days(30),
    settleSeconds: settleSeconds(environment.SETTLE_SECONDS ?? '120'),
    ...(alarmEmail !== undefined && { alarmEmail }),
    throttle: {
      perSecond: wholeNumber('apiRate', node.tryGetContext('apiRate') ?? API_PER_SECOND),
      burst: wholeNumber('apiBurst', node.tryGetContext('apiBurst') ?? API_BURST),
    },
  };
}

/** More than a person's own clients send; one that has gone wild for a night sends a million and a half requests, not a hundred. */
const API_PER_SECOND = 50;
const API_BURST = 100;

/** API Gateway's own limit for all APIs of an account and region. Source: API Gateway quotas. */
const MOST_PER_SECOND = 10_000;

function wholeNumber(name: string, value: unknown): number {
  const number = /^\d{1,5}$/.test(String(value)) ? Number(value) : 0;
  if (number >= 1 && number <= MOST_PER_SECOND) return number;
  throw new Error(`${name} is "${value}"; it must be a whole number from 1 to ${MOST_PER_SECOND}.`);
}

/** One address with a domain; whether somebody reads it is found out by the mail that asks to confirm. */
function emailAddress(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[^\s@,;<>"]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z][\w-]{1,62}$/.test(value))
    return value;
  throw new Error(`alarmEmail is "${value}"; it must be one e-mail address, such as ada@example.com.`);
}

function settleSeconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new Error(`SETTLE_SECONDS is "${text}"; it must be a whole number of seconds, up to 99999.`);
}
