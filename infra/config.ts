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
};

/** `cdk deploy -c stage=test` makes a second, separate Tributary in the account. Throws when the stage's name is not usable. */
export function readConfig(node: Node): Config {
  return {
    prefix: stagePrefix(node.tryGetContext('stage')),
    logRetention: RetentionDays.ONE_MONTH,
    archiveRetention: Duration.days(30),
  };
}
