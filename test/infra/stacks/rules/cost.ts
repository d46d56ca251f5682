/** What an idle stage costs a month, by the list prices of us-east-1 and what is free in every account. */
import type { Reference, SynthesizedApp } from '../../../support/synthesized-app.ts';
import type { Rule } from './rule.ts';

type Mapping = { StartingPosition?: string; EventSourceArn: Reference };
type Queue = { FifoQueue?: boolean };
type Alarm = { MetricName?: string; Metrics?: unknown[]; Dimensions?: { Name: string }[] };
type Scheduled = { ScheduleExpression?: string };

const MINUTES = 43_200;

/** Five pollers ask an idle queue every 20 seconds. Source: AWS Lambda developer guide, SQS event source mappings. */
const POLLS_OF_A_QUEUE = 5 * 3 * MINUTES;

/** Requests to DynamoDB in one run of a reconciler, counted on a local one: for each follower, and for what is parked at the relay. */
const RECONCILING = { reads: 6, writes: 1 };

const million = (count: number) => count / 1_000_000;
const beyond = (count: number, free: number) => Math.max(0, count - free);

function dollars(app: SynthesizedApp): number {
  const polled = app
    .all<Mapping>('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties.StartingPosition === undefined)
    .map(({ stack, properties }) => app.target<Queue>(stack, properties.EventSourceArn).properties);
  const ordered = polled.filter(({ FifoQueue }) => FifoQueue === true).length;
  const queues = polled.length - ordered;
  const reconcilers = app
    .all<Scheduled>('AWS::Events::Rule')
    .filter(({ properties }) => properties.ScheduleExpression !== undefined).length;
  const alarms = app.all<Alarm>('AWS::CloudWatch::Alarm').map(({ properties }) => properties);
  const looks = alarms.reduce((sum, { Metrics }) => sum + (Metrics?.length ?? 1), 0);
  // Written whether or not anything happens: those that a reconciler measures.
  const metrics = alarms.filter(
    ({ MetricName = '', Dimensions = [] }) => ['LagSeconds', 'Parked'].includes(MetricName) && Dimensions.length > 0,
  ).length;
  const reads = MINUTES * (queues * RECONCILING.reads + reconcilers);
  const writes = MINUTES * queues * RECONCILING.writes;
  return (
    beyond(million(queues * POLLS_OF_A_QUEUE), 1) * 0.4 +
    million(ordered * POLLS_OF_A_QUEUE) * 0.5 +
    beyond(looks, 10) * 0.1 +
    beyond(metrics, 10) * 0.3 +
    million(reads) * 0.125 +
    million(writes) * 0.625
  );
}

export const costRules: readonly Rule[] = [
  {
    title: 'An idle stage costs less than five and a half dollars a month',
    faults: (app) => (dollars(app) < 5.5 ? [] : [`${dollars(app).toFixed(2)} dollars; the README has the items`]),
    violate: (app) => {
      for (const { properties } of app.all<Alarm>('AWS::CloudWatch::Alarm')) properties.Metrics = [{}, {}];
    },
  },
];
