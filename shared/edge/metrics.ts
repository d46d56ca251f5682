/** Metrics in CloudWatch's embedded format: a line of JSON on standard output that the log service turns into metrics. */

import { METRIC_NAMESPACE } from '#shared/catalog/index.ts';

type Unit = 'Count' | 'Seconds';

/**
 * Past the console, which a function's JSON log format would wrap into a message. Costs no request. Each combination of values of
 * the dimensions is a metric that is paid for; `notes` are read in the log alone, and cost nothing.
 */
export function emitMetrics(
  dimensions: Readonly<Record<string, string>>,
  metrics: Readonly<Record<string, readonly [value: number, unit: Unit]>>,
  at: Date,
  notes: Readonly<Record<string, string | number>> = {},
): void {
  const line = {
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [Object.keys(dimensions)],
          Metrics: Object.entries(metrics).map(([Name, [, Unit]]) => ({ Name, Unit })),
        },
      ],
    },
    ...notes,
    ...dimensions,
    ...Object.fromEntries(Object.entries(metrics).map(([name, [value]]) => [name, value])),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
