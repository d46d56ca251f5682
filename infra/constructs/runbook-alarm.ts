/** An alarm says what is wrong and which page says what to do, and tells the stage's topic when it begins and when it is over. */
import { Alarm, type AlarmProps, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { alarmTopicArn } from './alarm-topic.ts';

/** The pages of docs/runbooks. */
export type Runbook =
  | 'api-errors'
  | 'api-latency'
  | 'circuit-open'
  | 'dead-letters'
  | 'function-errors'
  | 'given-up'
  | 'late'
  | 'parked'
  | 'relay-behind'
  | 'throttles';

type RunbookAlarmProps = Pick<AlarmProps, 'metric' | 'threshold' | 'evaluationPeriods' | 'datapointsToAlarm'> &
  Pick<AlarmProps, 'treatMissingData' | 'evaluateLowSampleCountPercentile'> & {
    readonly config: Pick<Config, 'prefix'>;
    /** One sentence, for a person who has just been woken. */
    readonly says: string;
    readonly page: Runbook;
  };

/**
 * Goes off at the threshold or above it; a metric without data is fine unless `treatMissingData` says otherwise. It is named by its
 * path in the app, which begins with the stack's name, so no two alarms of an account and region have one name.
 */
export function runbookAlarm(scope: Construct, id: string, { config, says, page, ...props }: RunbookAlarmProps): Alarm {
  const alarm = new Alarm(scope, id, {
    treatMissingData: TreatMissingData.NOT_BREACHING,
    ...props,
    alarmName: `${scope.node.path}/${id}`,
    alarmDescription: `${says} What to do: docs/runbooks/${page}.md`,
  });
  const action = { bind: () => ({ alarmActionArn: alarmTopicArn(scope, config) }) };
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
  return alarm;
}
