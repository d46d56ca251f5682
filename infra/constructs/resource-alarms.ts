/** What each queue, stream and function of the app can suffer from is watched; found by walking the app, so that nothing is added unwatched. */
import { Duration, Stack } from 'aws-cdk-lib';
import { CfnEventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import { METRIC_NAMESPACE } from '#shared/catalog/index.ts';
import type { Config } from '../config.ts';
import { runbookAlarm } from './runbook-alarm.ts';

/** Counts the failed calls of all functions of a stage: one metric, since an alarm costs by the metrics that it looks at. */
export const failedCallsMetric = ({ prefix }: Pick<Config, 'prefix'>): string => `${prefix}-failed-calls`;

/** A stream keeps its records for a day; somebody should know long before. */
const BEHIND = Duration.minutes(10);

/** Watches everything below `root` that is there when it is called. */
export function resourceAlarms(root: IConstruct, config: Config): void {
  const all = root.node.findAll();
  const mappings = all.filter((one) => one instanceof CfnEventSourceMapping);
  const consumed = new Set(mappings.map((mapping) => address(mapping, mapping.eventSourceArn)));
  for (const one of all) {
    // What nobody consumes is for letters that could not be delivered.
    if (one instanceof Queue && !consumed.has(address(one, one.queueArn))) watchDeadLetters(one, config);
    if (one instanceof LambdaFunction) countFailedCalls(one, config);
  }
  for (const mapping of mappings) {
    // Only streams are read from a position.
    if (mapping.startingPosition !== undefined) watchIteratorAge(mapping, config);
  }
}

const address = (one: IConstruct, arn: string | undefined): string =>
  `${Stack.of(one).stackName} ${JSON.stringify(Stack.of(one).resolve(arn))}`;

function watchDeadLetters(queue: Queue, config: Config): void {
  runbookAlarm(queue, 'Alarm', {
    config,
    says: `Dead letters wait in ${queue.node.path}.`,
    page: 'dead-letters',
    metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
    threshold: 1,
    evaluationPeriods: 1,
  });
}

/**
 * Lambda's own report of every call, by its status: what the function threw, and what it did not live to throw. Source: AWS Lambda
 * developer guide, JSON system logs; Telemetry API, `platform.report`.
 */
function countFailedCalls(target: LambdaFunction, config: Config): void {
  const status = ['error', 'failure', 'timeout'].map((one) => FilterPattern.stringValue('$.record.status', '=', one));
  target.logGroup.addMetricFilter('FailedCalls', {
    metricNamespace: METRIC_NAMESPACE,
    metricName: failedCallsMetric(config),
    filterPattern: FilterPattern.all(
      FilterPattern.stringValue('$.type', '=', 'platform.report'),
      FilterPattern.any(...status),
    ),
  });
}

function watchIteratorAge(mapping: CfnEventSourceMapping, config: Config): void {
  const relay = mapping.node.scopes.findLast((one) => one instanceof LambdaFunction);
  if (relay === undefined) throw new Error(`${mapping.node.path} belongs to no function.`);
  runbookAlarm(relay, 'Behind', {
    config,
    says: `A commit has not been published for ${BEHIND.toMinutes()} minutes.`,
    page: 'relay-behind',
    metric: relay.metric('IteratorAge', { statistic: 'Maximum' }),
    threshold: BEHIND.toMilliseconds(),
    evaluationPeriods: 1,
  });
}
