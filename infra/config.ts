/** What may differ from one deployment to the next? */
import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';

export type Config = {
  /** First part of every name; stages of one account differ in it. */
  readonly prefix: string;
  readonly logRetention: RetentionDays;
  /** How long the bus's archive keeps events. The log itself keeps them for ever. */
  readonly archiveRetention: Duration;
};

/** `cdk deploy -c stage=test` makes a second, separate Tributary in the account. Throws when the stage's name is not usable. */
export function readConfig(node: Node): Config {
  const stage: unknown = node.tryGetContext('stage');
  if (stage !== undefined && !(typeof stage === 'string' && /^[a-z][a-z0-9]{0,15}$/.test(stage))) {
    throw new Error(`The stage "${stage}" is not usable: 1 to 16 lower-case letters and digits, a letter first.`);
  }
  return {
    prefix: stage === undefined ? 'tributary' : `tributary-${stage}`,
    logRetention: RetentionDays.ONE_MONTH,
    archiveRetention: Duration.days(30),
  };
}
