/** Every alarm tells somebody what to do, and the dashboard shows what is behind it, at no more than it may cost. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Resource, SynthesizedApp } from '../../../support/synthesized-app.ts';
import { first, type Rule, without } from './rule.ts';

type Alarm = {
  AlarmName?: string;
  AlarmDescription?: string;
  AlarmActions?: unknown[];
  OKActions?: unknown[];
  Namespace?: string;
  MetricName?: string;
  Threshold?: number;
  Metrics?: unknown[];
  Dimensions?: { Name: string; Value: unknown }[];
};
type Topic = { TopicName: string };

export const alarms = (app: SynthesizedApp) => app.all<Alarm>('AWS::CloudWatch::Alarm');

/** The alarms on a metric, of one resource where it has one. */
export const alarmsOn = (app: SynthesizedApp, metric: string, of?: Resource<unknown>): Alarm[] =>
  alarms(app)
    .filter(({ stack, properties: { MetricName, Dimensions = [] } }) => {
      const isOf = ({ Value }: { Value: unknown }) =>
        typeof Value === 'object' && of !== undefined && app.target(stack, Value).path === of.path;
      return MetricName === metric && (of === undefined || Dimensions.some(isOf));
    })
    .map(({ properties }) => properties);

export const alarmed = (app: SynthesizedApp, metric: string, of?: Resource<unknown>): boolean =>
  alarmsOn(app, metric, of).length > 0;

/** The text of an ARN that is put together of the partition, region and account. */
const arnText = (value: unknown): string =>
  [Object(value)['Fn::Join']?.[1] ?? value]
    .flat()
    .map((part) => (typeof part === 'string' ? part : '*'))
    .join('');

const page = ({ AlarmDescription = '' }: Alarm) =>
  /What to do: (docs\/runbooks\/[a-z-]+\.md)$/.exec(AlarmDescription)?.[1];

export const everyAlarmRules: readonly Rule[] = [
  {
    title: 'Every alarm tells the topic of the stage when it begins and when it is over',
    faults: (app) => {
      const topics = app.all<Topic>('AWS::SNS::Topic').map(({ properties }) => `arn:*:sns:*:*:${properties.TopicName}`);
      return without(alarms(app), 'tells nobody', ({ properties: { AlarmActions = [], OKActions = [] } }) =>
        [AlarmActions, OKActions].every(
          (actions) => actions.length === 1 && topics.length === 1 && arnText(actions[0]) === topics[0],
        ),
      );
    },
    violate: (app) => {
      first(alarms(app)).properties.OKActions = [];
    },
  },
  {
    title: 'Every alarm names a page that says what to do, and that is there',
    faults: (app) =>
      without(alarms(app), 'leaves a person alone', ({ properties }) => {
        const named = page(properties);
        return named !== undefined && existsSync(resolve(import.meta.dirname, '../../../..', named));
      }),
    violate: (app) => {
      first(alarms(app)).properties.AlarmDescription = 'It burns. What to do: docs/runbooks/run.md';
    },
  },
  {
    title: 'No two alarms have one name, and each looks at one metric, since that is what is paid for',
    faults: (app) => {
      const names = alarms(app).map(({ properties }) => properties.AlarmName);
      return [
        ...without(
          alarms(app),
          'has the name of another',
          ({ properties: { AlarmName = '' } }) => names.indexOf(AlarmName) === names.lastIndexOf(AlarmName),
        ),
        ...without(alarms(app), 'looks at several metrics', ({ properties }) => properties.Metrics === undefined),
      ];
    },
    violate: (app) => {
      const [one, other] = alarms(app);
      if (one !== undefined && other !== undefined) one.properties.AlarmName = other.properties.AlarmName ?? '';
    },
  },
  {
    title: 'The dashboard names no more than 50 metrics, up to which it is free',
    faults: (app) => {
      const [dashboard, ...more] = app.all<{ DashboardBody: unknown }>('AWS::CloudWatch::Dashboard');
      const { widgets } = JSON.parse(arnText(dashboard?.properties.DashboardBody));
      const metrics = widgets.flatMap(
        (widget: { properties: { metrics?: unknown[] } }) => widget.properties.metrics ?? [],
      );
      return more.length === 0 && metrics.length > 20 && metrics.length <= 50 ? [] : [`${metrics.length} metrics`];
    },
    violate: (app) => {
      first(app.all<{ DashboardBody: unknown }>('AWS::CloudWatch::Dashboard')).properties.DashboardBody =
        '{"widgets":[]}';
    },
  },
];
