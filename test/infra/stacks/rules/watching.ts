/** Operators know when something is wrong: what can fail has an alarm. */
import { contexts } from '../../../../functions/contexts.ts';
import type { Reference, Resource, SynthesizedApp } from '../../../support/synthesized-app.ts';
import { alarmed, alarms, alarmsOn } from './every-alarm.ts';
import { first, type Rule, without } from './rule.ts';

type Queue = {
  FifoQueue?: boolean;
  VisibilityTimeout?: number;
  MessageRetentionPeriod?: number;
  RedrivePolicy?: { deadLetterTargetArn: Reference; maxReceiveCount: number };
};
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

/** Wherever something is sent that could not be delivered. */
function deadLetterQueues(app: SynthesizedApp): Resource<Queue>[] {
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
    reference === undefined ? [] : [app.target<Queue>(stack, reference)],
  );
  return [...new Map(queues.map((queue) => [queue.path, queue])).values()];
}

const AGE = 'ApproximateAgeOfOldestMessage';

const isBetween = (value: number | undefined, low: number, high: number): boolean =>
  value !== undefined && low < value && value < high;

const isConsumed = (app: SynthesizedApp, queue: Resource<unknown>): boolean =>
  app
    .all<Mapping>('AWS::Lambda::EventSourceMapping')
    .some(({ stack, properties }) => app.target(stack, properties.EventSourceArn).path === queue.path);

const streamMappings = (app: SynthesizedApp) =>
  app
    .all<Mapping>('AWS::Lambda::EventSourceMapping')
    .filter(({ stack, properties }) => app.target(stack, properties.EventSourceArn).type !== 'AWS::SQS::Queue');

const filters = (app: SynthesizedApp) => app.all<MetricFilter>('AWS::Logs::MetricFilter');

export const watchingRules: readonly Rule[] = [
  {
    title: 'It is an alarm when a letter is dead, wherever nobody takes it from',
    faults: (app) => {
      const queues = deadLetterQueues(app).filter((queue) => !isConsumed(app, queue));
      if (queues.length === 0) return ['there is no dead-letter queue'];
      return without(queues, 'unwatched', (queue) => alarmed(app, 'ApproximateNumberOfMessagesVisible', queue));
    },
    violate: (app) => {
      for (const { properties } of alarms(app)) if (properties.Namespace === 'AWS/SQS') properties.Dimensions?.pop();
    },
  },
  {
    title:
      'It is an alarm when a function cannot deal with a dead letter: after one try, and before the third, since it is hidden all the time and may then be left out of the age',
    faults: (app) => {
      const queues = deadLetterQueues(app).filter((queue) => isConsumed(app, queue));
      if (queues.length === 0) return ['no function takes dead letters'];
      return without(queues, 'may fail unseen', (queue) => {
        const { VisibilityTimeout: hidden = 30 } = queue.properties;
        const [alarm, ...more] = alarmsOn(app, AGE, queue);
        return more.length === 0 && isBetween(alarm?.Threshold, hidden, 2 * hidden);
      });
    },
    violate: (app) => {
      for (const { properties } of alarms(app)) {
        if (properties.MetricName === AGE) properties.MetricName = 'ApproximateNumberOfMessagesVisible';
      }
    },
  },
  {
    title:
      'It is an alarm when what a queue keeps in order waits for longer than all of its tries, long before it is lost',
    faults: (app) => {
      const queues = app
        .all<Queue>('AWS::SQS::Queue')
        .filter(({ properties }) => properties.FifoQueue === true && properties.RedrivePolicy !== undefined);
      if (queues.length === 0) return ['there is no queue that keeps an order'];
      return without(queues, 'may wait unseen', (queue) => {
        const { VisibilityTimeout: hidden = 30, MessageRetentionPeriod: kept = 0, RedrivePolicy } = queue.properties;
        const tries = hidden * (RedrivePolicy?.maxReceiveCount ?? 0);
        return alarmsOn(app, AGE, queue).some(({ Threshold }) => isBetween(Threshold, tries - 1, kept / 10));
      });
    },
    violate: (app) => {
      for (const { properties } of alarms(app)) if (properties.MetricName === AGE) properties.Threshold = 600;
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
];
