/** What an idle stage costs a month, by the list prices of us-east-1 and what is free in every account. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
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

/** Of a month of an idle stage: what hands messages on, and what watches over it. */
function dollars(app: SynthesizedApp): { readonly polling: number; readonly watching: number } {
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
  return {
    polling: beyond(million(queues * POLLS_OF_A_QUEUE), 1) * 0.4 + million(ordered * POLLS_OF_A_QUEUE) * 0.5,
    watching: beyond(looks, 10) * 0.1 + beyond(metrics, 10) * 0.3 + million(reads) * 0.125 + million(writes) * 0.625,
  };
}

/** Each alarm on three metrics instead of one. */
function watchThreeMetrics(app: SynthesizedApp): void {
  for (const { properties } of app.all<Alarm>('AWS::CloudWatch::Alarm')) properties.Metrics = [{}, {}, {}];
}

/** What the README says: the rows of its table, and the two figures above it. */
function told() {
  const text = readFileSync(resolve(import.meta.dirname, '../../../../README.md'), 'utf8');
  const [, all, watching] = /costs ([\d.]+) dollars a month\*\*, ([\d.]+) of it/.exec(text) ?? [];
  const [, table = ''] = /\| a month \|.*\n\|---.*\n((?:\|.*\n)+)/.exec(text) ?? [];
  const rows = table
    .trim()
    .split('\n')
    .map((row) => ({ row, dollars: Number(row.split('|').at(-2)) }));
  const sum = (of: RegExp) => rows.filter(({ row }) => of.test(row)).reduce((all, { dollars }) => all + dollars, 0);
  return { all: Number(all), watching: Number(watching), sum };
}

const differ = (what: string, one: number, other: number) =>
  Math.abs(one - other) < 0.006 ? [] : [`${what}: ${one.toFixed(2)} and ${other.toFixed(2)}`];

const tooMuch = (dollars: number, bound: number) =>
  dollars < bound ? [] : [`${dollars.toFixed(2)} dollars; the README has the items`];

export const costRules: readonly Rule[] = [
  {
    title: 'Watching over an idle stage costs less than three dollars a month',
    faults: (app) => tooMuch(dollars(app).watching, 3),
    violate: watchThreeMetrics,
  },
  {
    title: 'An idle stage costs less than 5.60 dollars a month, watched over',
    faults: (app) => tooMuch(dollars(app).polling + dollars(app).watching, 5.6),
    violate: watchThreeMetrics,
  },
  {
    title: 'The README says what an idle stage costs, and its items come to that',
    faults: (app) => {
      const { polling, watching } = dollars(app);
      const { sum, ...readme } = told();
      return [
        ...differ('all items', sum(/./), readme.all),
        ...differ('items of watching', sum(/\*watching:\*/), readme.watching),
        ...differ('watching', watching, readme.watching),
        ...differ('polling', polling, sum(/polling of/)),
      ];
    },
    violate: watchThreeMetrics,
  },
];
