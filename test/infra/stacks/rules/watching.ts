/** Operators know when something is wrong: what can fail has an alarm, and every alarm tells somebody what to do. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { contexts } from '../../../../functions/contexts.ts';
import type { Reference, Resource, SynthesizedApp } from '../../../support/synthesized-app.ts';
import { first, type Rule, without } from './rule.ts';

type Alarm = {
  AlarmName?: string;
  AlarmDescription?: string;
  AlarmActions?: unknown[];
  OKActions?: unknown[];
  Namespace?: string;
  MetricName?: string;
  Metrics?: unknown[];
  Dimensions?: { Name: string; Value: unknown }[];
};
type Queue = { RedrivePolicy?: { deadLetterTargetArn: Reference } };
type Mapping = {
  EventSourceArn: Reference;
  FunctionName: Reference;
  DestinationConfig?: { OnFailure?: { Destination?: Reference } };
};
type EventRule = { ScheduleExpression?: string; Targets: { Arn: Reference; DeadLetterConfig?: { Arn?: Reference } }[] };
type MetricFilter = {
  LogGroupName: Reference;
  MetricTransformations: { MetricName: string; MetricNamespace: string }[];
};
type LambdaFunction = {
  LoggingConfig: { LogGroup: Reference };
  Environment?: { Variables?: { RELAY_MAPPING?: Reference } };
};
type Topic = { TopicName: string };

const alarms = (app: SynthesizedApp) => app.all<Alarm>('AWS::CloudWatch::Alarm');

/** The alarms on a metric, of one resource where it has one. */
const alarmed = (app: SynthesizedApp, metric: string, of?: Resource<unknown>): boolean =>
  alarms(app).some(({ stack, properties: { MetricName, Dimensions = [] } }) => {
    const isOf = ({ Value }: { Value: unknown }) =>
      typeof Value === 'object' && of !== undefined && app.target(stack, Value).path === of.path;
    return MetricName === metric && (of === undefined || Dimensions.some(isOf));
  });

/** Wherever something is sent that could not be delivered. */
function deadLetterQueues(app: SynthesizedApp): Resource<unknown>[] {
  const named = [
    ...app
      .all<Queue>('AWS::SQS::Queue')
      .map(({ stack, properties }) => [stack, properties.RedrivePolicy?.deadLetterTargetArn] as const),
    ...app
      .all<Mapping>('AWS::Lambda::EventSourceMapping')
      .map(({ stack, properties }) => [stack, properties.DestinationConfig?.OnFailure?.Destination] as const),
    ...app
      .all<EventRule>('AWS::Events::Rule')
      .flatMap(({ stack, properties }) =>
        properties.Targets.map(({ DeadLetterConfig }) => [stack, DeadLetterConfig?.Arn] as const),
      ),
  ];
  const queues = named.flatMap(([stack, reference]) =>
    reference === undefined ? [] : [app.target<unknown>(stack, reference)],
  );
  return [...new Map(queues.map((queue) => [queue.path, queue])).values()];
}

const streamMappings = (app: SynthesizedApp) =>
  app
    .all<Mapping>('AWS::Lambda::EventSourceMapping')
    .filter(({ stack, properties }) => app.target(stack, properties.EventSourceArn).type !== 'AWS::SQS::Queue');

const filters = (app: SynthesizedApp) => app.all<MetricFilter>('AWS::Logs::MetricFilter');

/** The text of an ARN that is put together of the partition, region and account. */
const arnText = (value: unknown): string =>
  [Object(value)['Fn::Join']?.[1] ?? value]
    .flat()
    .map((part) => (typeof part === 'string' ? part : '*'))
    .join('');

const page = ({ AlarmDescription = '' }: Alarm) =>
  /What to do: (docs\/runbooks\/[a-z-]+\.md)$/.exec(AlarmDescription)?.[1];

export const watchingRules: readonly Rule[] = [
  {
    title: 'It is an alarm when a letter is dead, wherever it is kept',
    faults: (app) => {
      const queues = deadLetterQueues(app);
      if (queues.length === 0) return ['there is no dead-letter queue'];
      return without(queues, 'unwatched', (queue) => alarmed(app, 'ApproximateNumberOfMessagesVisible', queue));
    },
    violate: (app) => {
      for (const { properties } of alarms(app)) if (properties.Namespace === 'AWS/SQS') properties.Dimensions?.pop();
    },
  },
  {
    title: 'It is an alarm when a stream is not followed',
    faults: (app) =>
      without(streamMappings(app), 'may be behind unseen', ({ stack, properties: { FunctionName } }) =>
        alarmed(app, 'IteratorAge', app.target(stack, FunctionName)),
      ),
    violate: (app) => {
      for (const { properties } of alarms(app))
        if (properties.MetricName === 'IteratorAge') properties.MetricName = 'Age';
    },
  },
  {
    title: 'The mapping of every stream is looked after by a function that is called once a minute',
    faults: (app) => {
      const scheduled = app
        .all<EventRule>('AWS::Events::Rule')
        .filter(({ properties }) => properties.ScheduleExpression === 'rate(1 minute)')
        .flatMap(({ stack, properties }) =>
          properties.Targets.map(({ Arn }) => app.target<LambdaFunction>(stack, Arn)),
        );
      return without(streamMappings(app), 'may be off unseen', ({ path }) =>
        scheduled.some(({ stack, properties: { Environment } }) => {
          const { RELAY_MAPPING } = Environment?.Variables ?? {};
          return RELAY_MAPPING !== undefined && app.target(stack, RELAY_MAPPING).path === path;
        }),
      );
    },
    violate: (app) => {
      for (const { properties } of app.all<EventRule>('AWS::Events::Rule'))
        properties.ScheduleExpression = 'rate(1 day)';
    },
  },
  {
    title: 'The failed calls of every function are counted in a metric that has an alarm',
    faults: (app) =>
      without(app.all<LambdaFunction>('AWS::Lambda::Function'), 'may fail unseen', ({ stack, properties }) => {
        const log = app.target(stack, properties.LoggingConfig.LogGroup).path;
        return filters(app)
          .filter((filter) => app.target(filter.stack, filter.properties.LogGroupName).path === log)
          .some(({ properties: { MetricTransformations } }) =>
            MetricTransformations.some(({ MetricName }) => alarmed(app, MetricName)),
          );
      }),
    violate: (app) => {
      const [transformation] = first(filters(app)).properties.MetricTransformations;
      if (transformation !== undefined) transformation.MetricName = 'another';
    },
  },
  {
    title: 'It is an alarm when calls are refused, and when the API fails or is slow',
    faults: (app) => {
      const api = first(app.all<unknown>('AWS::ApiGatewayV2::Api'));
      return [
        ...(alarmed(app, 'Throttles') ? [] : ['calls are refused unseen']),
        ...['5xx', 'Latency'].filter((metric) => !alarmed(app, metric, api)).map((metric) => `${metric} is unwatched`),
      ];
    },
    violate: (app) => {
      for (const { properties } of alarms(app)) if (properties.MetricName === '5xx') properties.Dimensions = [];
    },
  },
  {
    title: 'It is an alarm when anything of a context is late or parked',
    faults: (app) =>
      contexts.flatMap(({ name }) =>
        ['LagSeconds', 'Parked']
          .filter((metric) => {
            const wanted = JSON.stringify([
              { Name: 'Context', Value: name },
              { Name: 'Stage', Value: 'tributary' },
            ]);
            return !alarms(app).some(
              ({ properties: { MetricName, Dimensions } }) =>
                MetricName === metric && JSON.stringify(Dimensions) === wanted,
            );
          })
          .map((metric) => `${metric} of ${name} is unwatched`),
      ),
    violate: (app) => {
      for (const { properties } of alarms(app)) if (properties.MetricName === 'Parked') properties.Dimensions?.pop();
    },
  },
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
    title: 'The dashboard refers to no more than 50 metrics, up to which it is free',
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
