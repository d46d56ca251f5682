/** No message is lost on its way: queues, rules and event source mappings, and how they belong together. */
import type { Reference, SynthesizedApp } from '../../../support/synthesized-app.ts';
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
  BatchSize?: number;
  FunctionResponseTypes?: string[];
  ScalingConfig?: { MaximumConcurrency?: number };
  BisectBatchOnFunctionError?: boolean;
  MaximumRetryAttempts?: number;
  MaximumRecordAgeInSeconds?: number;
  StartingPosition?: string;
  DestinationConfig?: { OnFailure?: { Destination?: Reference } };
};
type EventRule = {
  State: string;
  ScheduleExpression?: string;
  EventBusName: string;
  Targets: { Arn: Reference; InputPath?: string; DeadLetterConfig?: { Arn?: Reference } }[];
};
type QueuePolicy = {
  Queues: Reference[];
  PolicyDocument: { Statement: { Action: string | string[]; Principal: { Service?: string } }[] };
};

const mappingsFrom = (app: SynthesizedApp, sourceType: string) =>
  app
    .all<Mapping>('AWS::Lambda::EventSourceMapping')
    .filter(({ stack, properties }) => app.target(stack, properties.EventSourceArn).type === sourceType);
const queueMappings = (app: SynthesizedApp) => mappingsFrom(app, 'AWS::SQS::Queue');
const streamMappings = (app: SynthesizedApp) => mappingsFrom(app, 'AWS::DynamoDB::GlobalTable');
/** Those for events; a schedule comes again by itself. */
const eventRules = (app: SynthesizedApp) =>
  app.all<EventRule>('AWS::Events::Rule').filter(({ properties }) => properties.ScheduleExpression === undefined);
const busNames = (app: SynthesizedApp) =>
  app.all<{ Name: string }>('AWS::Events::EventBus').map(({ properties }) => properties.Name);
const sourceQueue = (app: SynthesizedApp, { stack, properties }: ReturnType<typeof queueMappings>[number]) =>
  app.target<Queue>(stack, properties.EventSourceArn);

const isDeadLetterQueue = (app: SynthesizedApp, path: string) =>
  app
    .all<Queue>('AWS::SQS::Queue')
    .some(
      ({ stack, properties: { RedrivePolicy } }) =>
        RedrivePolicy !== undefined && app.target(stack, RedrivePolicy.deadLetterTargetArn).path === path,
    );

/** Two weeks: the longest that SQS keeps a message. */
const LONGEST_RETENTION = 1_209_600;

export const deliveryRules: readonly Rule[] = [
  {
    title: 'A consumer of a queue has a maximum concurrency, so that throttling fills no dead-letter queue',
    faults: (app) =>
      without(queueMappings(app), 'receives more than its function takes', ({ properties: { ScalingConfig } }) => {
        const { MaximumConcurrency = 0 } = ScalingConfig ?? {};
        return MaximumConcurrency >= 2 && MaximumConcurrency <= 1_000;
      }),
    violate: (app) => {
      delete first(queueMappings(app)).properties.ScalingConfig;
    },
  },
  {
    title: 'A message to a projection carries the context of its event and nothing else',
    faults: (app) =>
      without(eventRules(app), 'carries more than a hint', ({ properties: { Targets } }) =>
        Targets.every(({ InputPath }) => InputPath === '$.detail.context'),
      ),
    violate: (app) => {
      const [target] = first(eventRules(app)).properties.Targets;
      delete target?.InputPath;
    },
  },
  {
    title: 'A message stays hidden for at least six times as long as its function may run',
    faults: (app) =>
      without(queueMappings(app), 'the visibility timeout is short', (mapping) => {
        const { Timeout } = app.target<{ Timeout: number }>(mapping.stack, mapping.properties.FunctionName).properties;
        return (sourceQueue(app, mapping).properties.VisibilityTimeout ?? 30) >= 6 * Timeout;
      }),
    violate: (app) => {
      sourceQueue(app, first(queueMappings(app))).properties.VisibilityTimeout = 60;
    },
  },
  {
    title: 'What a consumer cannot take goes to a dead-letter queue, after more than one try',
    faults: (app) =>
      without(queueMappings(app), 'no redrive', (mapping) => {
        const source = sourceQueue(app, mapping);
        const redrive = source.properties.RedrivePolicy;
        // Behind a dead-letter queue there is no other: what its consumer cannot take stays there.
        if (isDeadLetterQueue(app, source.path)) return source.properties.MessageRetentionPeriod === LONGEST_RETENTION;
        if (redrive === undefined || redrive.maxReceiveCount < 2) return false;
        const target = app.target<Queue>(source.stack, redrive.deadLetterTargetArn);
        return target.path !== source.path && target.properties.MessageRetentionPeriod === LONGEST_RETENTION;
      }),
    violate: (app) => {
      delete sourceQueue(app, first(queueMappings(app))).properties.RedrivePolicy;
    },
  },
  {
    title: 'Only the messages of a batch that failed come back',
    faults: (app) =>
      without(app.all<Mapping>('AWS::Lambda::EventSourceMapping'), 'no partial failures', ({ properties }) =>
        (properties.FunctionResponseTypes ?? []).includes('ReportBatchItemFailures'),
      ),
    violate: (app) => {
      first(queueMappings(app)).properties.FunctionResponseTypes = [];
    },
  },
  {
    title:
      'A stream is read from its beginning, and a record that fails stands alone, is retried for as long as the stream has it, and is told of in a queue',
    faults: (app) =>
      without(streamMappings(app), 'a record can block the stream or be lost', ({ stack, properties: mapping }) => {
        const destination = mapping.DestinationConfig?.OnFailure?.Destination;
        return (
          mapping.StartingPosition === 'TRIM_HORIZON' &&
          mapping.BisectBatchOnFunctionError === true &&
          (mapping.MaximumRetryAttempts ?? -1) === -1 &&
          (mapping.MaximumRecordAgeInSeconds ?? -1) >= 20 * 3_600 &&
          (mapping.MaximumRecordAgeInSeconds ?? -1) < 24 * 3_600 &&
          destination !== undefined &&
          app.target<Queue>(stack, destination).properties.MessageRetentionPeriod === LONGEST_RETENTION
        );
      }),
    violate: (app) => {
      delete first(streamMappings(app)).properties.MaximumRecordAgeInSeconds;
    },
  },
  {
    title: 'What is taken in order is taken one by one',
    faults: (app) =>
      without(
        queueMappings(app).filter((mapping) => sourceQueue(app, mapping).properties.FifoQueue === true),
        'is counted as received with what fails before it',
        ({ properties: { BatchSize } }) => BatchSize === 1,
      ),
    violate: (app) => {
      first(
        queueMappings(app).filter((one) => sourceQueue(app, one).properties.FifoQueue === true),
      ).properties.BatchSize = 10;
    },
  },
  {
    title: 'Every rule is enabled, on the bus of the app, and every target of it has a dead-letter queue',
    faults: (app) =>
      without(
        eventRules(app),
        'a target without a dead-letter queue',
        ({ stack, properties: { State, EventBusName, Targets } }) =>
          State === 'ENABLED' &&
          busNames(app).includes(EventBusName) &&
          Targets.length > 0 &&
          Targets.every(
            ({ DeadLetterConfig }) =>
              app.target(stack, DeadLetterConfig?.Arn ?? { Ref: '' }).type === 'AWS::SQS::Queue',
          ),
      ),
    violate: (app) => {
      first(eventRules(app)).properties.State = 'DISABLED';
    },
  },
  {
    title: 'The bus may send to every queue that a rule names, as target or for dead letters',
    faults: (app) => {
      const open = new Set(
        app
          .all<QueuePolicy>('AWS::SQS::QueuePolicy')
          .filter(({ properties }) =>
            properties.PolicyDocument.Statement.some(
              ({ Action, Principal }) =>
                Principal.Service === 'events.amazonaws.com' && [Action].flat().includes('sqs:SendMessage'),
            ),
          )
          .flatMap(({ stack, properties }) => properties.Queues.map((queue) => app.target(stack, queue).path)),
      );
      const named = eventRules(app).flatMap(({ stack, properties }) =>
        properties.Targets.flatMap(({ Arn, DeadLetterConfig }) =>
          [Arn, DeadLetterConfig?.Arn].map((reference) => app.target(stack, reference)),
        ),
      );
      return without(named, 'closed to the bus', ({ path }) => open.has(path));
    },
    violate: (app) => {
      first(app.all<QueuePolicy>('AWS::SQS::QueuePolicy')).properties.Queues = [];
    },
  },
];
