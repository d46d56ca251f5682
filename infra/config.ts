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
};

/**
 * `cdk deploy -c stage=test` makes a second, separate Tributary in the account. `SETTLE_SECONDS` is read from the environment.
 * Throws, in a line, when one of them is not usable.
 */
export function readConfig(node: Node, environment: NodeJS.ProcessEnv = process.env): Config {
  return {
    prefix: stagePrefix(node.tryGetContext('stage')),
    logRetention: RetentionDays.ONE_MONTH,
    archiveRetention: Duration.days(30),
    settleSeconds: settleSeconds(environment.SETTLE_SECONDS ?? '120'),
  };
}

function settleSeconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new Error(`SETTLE_SECONDS is "${text}"; it must be a whole number of seconds, up to 99999.`);
}
