/** What may differ from one deployment to the next. */
import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { stagePrefix } from './stage-prefix.ts';

/** The tables of a context's log, by the names that they have. */
export type LogTables = { readonly events: string; readonly feed: string };

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
  /** Whether the logs and the stacks refuse to be deleted, by CloudFormation as by hand. */
  readonly isProtected: boolean;
  /** Whether logs are in the account that no stack has: a deployment takes them up, and leaves them if it fails. */
  readonly adoptsLogs: boolean;
  /** Logs that are kept in tables of other names than they would get, by context. */
  readonly adopted: ReadonlyMap<string, LogTables>;
};

/** Alone, or with a context's name behind: `-c adopt:accounts=<events table>,<feed table>`. */
const ADOPT = 'adopt';

/** Of a table. Source: DynamoDB developer guide, naming rules. */
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;

/**
 * `cdk deploy -c stage=test` makes a second, separate Tributary in the account, `-c protect=true` one that refuses to be deleted.
 * With `--import-existing-resources -c adopt=true` it takes up the logs that are there, and `-c adopt:accounts=<events table>,<feed
 * table>` keeps the log of a context in these tables. `-c alarmEmail=<address>`, `-c apiRate=<per second>` and
 * `-c apiBurst=<at once>` are read likewise, `SETTLE_SECONDS` from the environment. Throws, in a line, when one
 * of them is not usable; a context to adopt for must be among `contexts`.
 */
export function readConfig(
  node: Node,
  contexts: readonly { readonly name: string }[],
  environment: NodeJS.ProcessEnv = process.env,
): Config {
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
    isProtected: isSaid(node, 'protect'),
    adoptsLogs: isSaid(node, ADOPT),
    adopted: adopted(node, contexts),
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

function isSaid(node: Node, setting: string): boolean {
  const text = String(node.tryGetContext(setting) ?? 'false');
  if (text === 'true' || text === 'false') return text === 'true';
  throw new Error(`${setting} is "${text}"; it must be true or false.`);
}

function adopted(node: Node, contexts: readonly { readonly name: string }[]): Map<string, LogTables> {
  const settings: Readonly<Record<string, unknown>> = node.getAllContext() ?? {};
  const logs = new Map<string, LogTables>();
  for (const [key, value] of Object.entries(settings)) {
    if (!key.startsWith(`${ADOPT}:`)) continue;
    const context = key.slice(ADOPT.length + 1);
    if (!contexts.some(({ name }) => name === context)) {
      throw new Error(
        `${key}: there is no context ${context}; there are ${contexts.map(({ name }) => name).join(', ')}.`,
      );
    }
    const [events = '', feed = '', ...more] = String(value).split(',');
    if (more.length > 0 || !TABLE_NAME.test(events) || !TABLE_NAME.test(feed) || events === feed) {
      throw new Error(`${key} is "${value}"; it must be <events table>,<feed table>.`);
    }
    logs.set(context, { events, feed });
  }
  return logs;
}
