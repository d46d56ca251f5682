/** What concerns a stage as a whole: its API, its functions together, and the calls that the account refuses. */
import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '#shared/catalog/index.ts';
import type { Config } from '../config.ts';
import { failedCallsMetric } from './resource-alarms.ts';
import { runbookAlarm } from './runbook-alarm.ts';

const PERIOD = Duration.minutes(5);

/** A single failure that a repeat has cured wakes nobody. */
const SEVERAL = 3;

/** Slower than any cold start; the gateway gives up after 30 s. */
const SLOW = Duration.seconds(5);

export const failedCalls = (config: Pick<Config, 'prefix'>): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: failedCallsMetric(config),
    statistic: 'Sum',
    period: PERIOD,
  });

/**
 * Of all functions of the account and region: none has a share of its own, so a call of any is refused for the same reason. It is
 * one metric for however many functions.
 */
export const throttledCalls = (): Metric =>
  new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: 'Sum', period: PERIOD });

/** In the stack of the API. */
export function stageAlarms(
  stack: Construct,
  { config, httpApi }: { readonly config: Config; readonly httpApi: HttpApi },
) {
  runbookAlarm(stack, 'FailedCalls', {
    config,
    says: `Functions of ${config.prefix} fail or run out of time.`,
    page: 'function-errors',
    metric: failedCalls(config),
    threshold: SEVERAL,
    evaluationPeriods: 1,
  });
  runbookAlarm(stack, 'ThrottledCalls', {
    config,
    says: 'Lambda refuses calls in this account and region: more would run at once than it may have.',
    page: 'throttles',
    metric: throttledCalls(),
    threshold: 1,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
  });
  runbookAlarm(stack, 'ApiErrors', {
    config,
    says: `The API of ${config.prefix} answers 5xx.`,
    page: 'api-errors',
    metric: httpApi.metricServerError({ statistic: 'Sum', period: PERIOD }),
    threshold: SEVERAL,
    evaluationPeriods: 1,
  });
  runbookAlarm(stack, 'ApiLatency', {
    config,
    says: `One answer in twenty of the API of ${config.prefix} takes ${SLOW.toSeconds()} seconds or more.`,
    page: 'api-latency',
    metric: httpApi.metricLatency({ statistic: 'p95', period: PERIOD }),
    threshold: SLOW.toMilliseconds(),
    evaluationPeriods: 3,
    evaluateLowSampleCountPercentile: 'ignore',
  });
}
