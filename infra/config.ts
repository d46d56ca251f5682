/** What may differ from one deployment to the next. */
import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { adoptedLogs, type LogTables } from './adopted-logs.ts';
import { DeploymentFaults } from './deployment-faults.ts';
import { stagePrefix } from './stage-prefix.ts';
import { ADOPT, type Report, stageSettings } from './stage-settings.ts';
import { swallowedSettings } from './swallowed-settings.ts';

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

/**
 * `cdk deploy -c stage=test` makes a second, separate Tributary in the account, `-c protect=true` one that refuses to be deleted.
 * With `--import-existing-resources -c adopt=true` it takes up the logs that are there, and `-c adopt:accounts=<events table>,<feed
 * table>` keeps the log of a context in these tables. `-c alarmEmail=<address>`, `-c apiRate=<per second>` and
 * `-c apiBurst=<at once>` are read likewise, `SETTLE_SECONDS` from the environment. Throws {@link DeploymentFaults}, with all
 * that is not usable, not known, or was kept by npm; a context to adopt for must be among `contexts`.
 */
export function readConfig(
  node: Node,
  contexts: readonly { readonly name: string }[],
  environment: NodeJS.ProcessEnv = process.env,
): Config {
  const faults = swallowedSettings(environment);
  const report = (line: string) => void faults.push(line);
  const settings = stageSettings(node.getAllContext() ?? {}, report);
  const alarmEmail = emailAddress(settings.alarmEmail, report);
  const config: Config = {
    prefix: prefixOf(settings.stage, report),
    logRetention: RetentionDays.ONE_MONTH,
    archiveRetention: Duration.days(30),
    settleSeconds: settleSeconds(environment.SETTLE_SECONDS ?? '120', report),
    ...(alarmEmail !== undefined && { alarmEmail }),
    throttle: {
      perSecond: wholeNumber('apiRate', settings.apiRate ?? API_PER_SECOND, report),
      burst: wholeNumber('apiBurst', settings.apiBurst ?? API_BURST, report),
    },
    isProtected: isSaid('protect', settings.protect, report),
    adoptsLogs: isSaid(ADOPT, settings[ADOPT], report),
    adopted: adoptedLogs(settings, contexts, report),
  };
  if (faults.length > 0) throw new DeploymentFaults(faults);
  return config;
}

/** More than a person's own clients send; one that has gone wild for a night sends a million and a half requests, not a hundred. */
const API_PER_SECOND = 50;
const API_BURST = 100;

/** API Gateway's own limit for all APIs of an account and region. Source: API Gateway quotas. */
const MOST_PER_SECOND = 10_000;

function prefixOf(stage: unknown, report: Report): string {
  try {
    return stagePrefix(stage);
  } catch (error) {
    report(error instanceof Error ? error.message : String(error));
    return '';
  }
}

function wholeNumber(name: string, value: unknown, report: Report): number {
  const number = /^\d{1,5}$/.test(String(value)) ? Number(value) : 0;
  if (number < 1 || number > MOST_PER_SECOND) {
    report(`${name} is "${value}"; it must be a whole number from 1 to ${MOST_PER_SECOND}.`);
  }
  return number;
}

/** One address with a domain; whether somebody reads it is found out by the mail that asks to confirm. */
function emailAddress(value: unknown, report: Report): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[^\s@,;<>"]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z][\w-]{1,62}$/.test(value))
    return value;
  report(`alarmEmail is "${value}"; it must be one e-mail address, such as ada@example.com.`);
  return undefined;
}

function settleSeconds(text: string, report: Report): number {
  if (!/^\d{1,5}$/.test(text)) {
    report(`SETTLE_SECONDS is "${text}"; it must be a whole number of seconds, up to 99999.`);
  }
  return Number(text);
}

function isSaid(name: string, value: unknown, report: Report): boolean {
  const text = String(value ?? 'false');
  if (text !== 'true' && text !== 'false') report(`${name} is "${text}"; it must be true or false.`);
  return text === 'true';
}
