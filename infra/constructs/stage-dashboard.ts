/**
 * One dashboard per stage, derived from the catalogs: a few widgets with a line per context, so that it grows in lines and not in
 * widgets. What there is one of for each table, function or queue is searched for by the first words of its name: more than the
 * 50 metrics that a free dashboard may refer to. Whether metrics that a search finds count among them, AWS does not say.
 */
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import type { Config } from '../config.ts';
import { contextMetric } from './context-alarms.ts';
import { failedCalls, throttledCalls } from './stage-alarms.ts';

type StageDashboardProps = {
  readonly config: Config;
  readonly httpApi: HttpApi;
  readonly contexts: readonly ContextCatalog[];
  readonly alarmNames: readonly string[];
};

/** Of one alarm widget. Source: CloudWatch API reference, dashboard body, properties of an alarm status widget. */
const MOST_ALARMS = 100;

const arnFormat = ArnFormat.COLON_RESOURCE_NAME;

const WIDTH = 8;
const HEIGHT = 6;

/** In the stack of the API: everything else is named, not referred to. */
export function stageDashboard(stack: Construct, { config, httpApi, contexts, alarmNames }: StageDashboardProps): void {
  const ofContexts = (metricName: string, statistic: string): Metric[] =>
    contexts.map((context) =>
      contextMetric(metricName, config, context).with({ label: `${context.name} ${metricName}`, statistic }),
    );
  const period = Duration.minutes(5);
  const relays = contexts.map(
    ({ name }) =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'IteratorAge',
        dimensionsMap: { FunctionName: `${config.prefix}-${name}-relay` },
        label: `${name} relay, ms`,
        statistic: 'Maximum',
      }),
  );
  const searched = (schema: string, metricName: string) => searchFor(config, schema, metricName);
  const rows: readonly (readonly IWidget[])[] = [
    alarmWidgets(stack, alarmNames),
    [
      graph('Commands', ofContexts('Commands', 'Sum')),
      graph('Refused by a rule', ofContexts('Refusals', 'Sum')),
      graph('Conflicts', ofContexts('Conflicts', 'Sum')),
    ],
    [
      graph('Behind the feed, in seconds', ofContexts('LagSeconds', 'Maximum')),
      graph('Not in the feed yet', relays),
      graph('Parked streams', ofContexts('Parked', 'Maximum')),
    ],
    [
      graph('Answers of the API', [
        httpApi.metricCount({ statistic: 'Sum', period, label: 'all' }),
        httpApi.metricClientError({ statistic: 'Sum', period, label: '4xx' }),
        httpApi.metricServerError({ statistic: 'Sum', period, label: '5xx' }),
      ]),
      graph('Latency of the API', [
        httpApi.metricLatency({ statistic: 'p50', period, label: 'p50' }),
        httpApi.metricLatency({ statistic: 'p95', period, label: 'p95' }),
      ]),
      graph('Calls of functions that failed, or were refused', [
        failedCalls(config).with({ label: 'failed' }),
        throttledCalls().with({ label: 'refused in the account' }),
      ]),
    ],
    [
      graph('Cost: write units', [searched('AWS/DynamoDB,TableName', 'ConsumedWriteCapacityUnits')]),
      graph('Cost: read units', [searched('AWS/DynamoDB,TableName', 'ConsumedReadCapacityUnits')]),
      graph('Cost: time of functions, ms', [searched('AWS/Lambda,FunctionName', 'Duration')]),
    ],
    [
      graph('Cost: calls of functions', [searched('AWS/Lambda,FunctionName', 'Invocations')]),
      graph('Cost: polling of queues', [searched('AWS/SQS,QueueName', 'NumberOfEmptyReceives')]),
    ],
  ];
  // Dashboards are of an account, all else is of a region of it.
  const dashboardName = `${config.prefix}-${Stack.of(stack).region}`;
  new Dashboard(stack, 'Dashboard', { dashboardName, widgets: rows.map((row) => [...row]) });
}

const graph = (title: string, left: IMetric[]): GraphWidget =>
  new GraphWidget({ title, left, width: WIDTH, height: HEIGHT, leftYAxis: { min: 0 } });

/**
 * One line per resource whose name has the words of the stage's prefix. That of a stage without a name finds those of the others
 * in the account too.
 */
function searchFor({ prefix }: Config, schema: string, metricName: string): MathExpression {
  const words = prefix.replaceAll('-', ' ');
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${metricName}" ${words}', 'Sum', 3600)`,
    label: '',
    usingMetrics: {},
    period: Duration.hours(1),
  });
}

function alarmWidgets(stack: Construct, names: readonly string[]): AlarmStatusWidget[] {
  const alarms = names.map((resourceName) => {
    const alarmArn = Stack.of(stack).formatArn({ service: 'cloudwatch', resource: 'alarm', resourceName, arnFormat });
    return Alarm.fromAlarmArn(stack, `Shown ${resourceName.replaceAll('/', ' ')}`, alarmArn);
  });
  const pages = Math.ceil(alarms.length / MOST_ALARMS);
  return Array.from({ length: pages }, (_, page) => {
    const shown = alarms.slice(page * MOST_ALARMS, (page + 1) * MOST_ALARMS);
    return new AlarmStatusWidget({ title: 'Alarms', width: 3 * WIDTH, height: HEIGHT, alarms: shown });
  });
}
