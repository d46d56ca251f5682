/** What the catalog of a context promises is watched by the metrics that its functions write: how late, how much parked, who is given up. */
import { Duration } from 'aws-cdk-lib';
import { Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type ContextCatalog, METRIC_NAMESPACE } from '#shared/catalog/index.ts';
import type { Config } from '../config.ts';
import { runbookAlarm } from './runbook-alarm.ts';

/** A row is late when messages must have been lost, and what was sent again must have been, too. */
const LATE_SECONDS = 300;

/** Of one context of a stage: how far its last projection is behind, the most that is parked at one place. */
export const contextMetric = (
  metricName: string,
  { prefix }: Pick<Config, 'prefix'>,
  { name }: Pick<ContextCatalog, 'name'>,
  dimensions: Readonly<Record<string, string>> = {},
): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { Stage: prefix, Context: name, ...dimensions },
    period: Duration.minutes(1),
    statistic: 'Maximum',
  });

/** In the stack of the context. */
export function contextAlarms(stack: Construct, config: Config, context: ContextCatalog): void {
  const { name } = context;
  runbookAlarm(stack, 'Late', {
    config,
    says: `A projection or process manager of ${name} is behind its feed, or nobody looks after them.`,
    page: 'late',
    metric: contextMetric('LagSeconds', config, context),
    threshold: config.settleSeconds + LATE_SECONDS + 1,
    evaluationPeriods: 10,
    datapointsToAlarm: 5,
    // No figure means that the reconciler does not run.
    treatMissingData: TreatMissingData.BREACHING,
  });
  runbookAlarm(stack, 'Parked', {
    config,
    says: `Streams of ${name} wait for a person, or its relay is off.`,
    page: 'parked',
    metric: contextMetric('Parked', config, context),
    threshold: 1,
    evaluationPeriods: 1,
  });
  for (const target of targetsOf(context)) {
    runbookAlarm(stack, `CircuitTo-${target}`, {
      config,
      says: `Processes of ${name} have given up on ${target} for now: it fails again and again.`,
      page: 'circuit-open',
      metric: contextMetric('CircuitOpen', config, context, { Target: target }).with({ period: Duration.minutes(5) }),
      threshold: 1,
      evaluationPeriods: 2,
    });
  }
}

/** The other contexts that processes of this one send commands to. */
const targetsOf = ({ name, processManagers = [] }: ContextCatalog): ReadonlySet<string> =>
  new Set(
    processManagers
      .flatMap(({ sends }) => Object.values(sends).map(({ context = name }) => context))
      .filter((target) => target !== name),
  );
