/** Alarms and the dashboard of apps that are not this one: with processes between contexts, and with many contexts. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { describe, expect, it } from 'vitest';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { readConfig } from '../../../infra/config.ts';
import { contextAlarms } from '../../../infra/constructs/context-alarms.ts';
import { stageDashboard } from '../../../infra/constructs/stage-dashboard.ts';
import { bookings } from '../../shared/process-manager/bookings.ts';

type AlarmProperties = {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
};

function alarmsOf(context: ContextCatalog, stage: string): AlarmProperties[] {
  const app = new App({ context: { stage } });
  const stack = new Stack(app, `${stage}-tributary-${context.name}`);
  contextAlarms(stack, readConfig(app.node, [], {}), context);
  const found = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
  return Object.values(found).map(({ Properties }) => Properties);
}

/** The bookings, their counts sent to other contexts. */
function sendingTo(...others: readonly string[]): ContextCatalog {
  const [booking] = bookings.processManagers ?? [];
  if (booking === undefined) throw new Error('there are no bookings');
  const sends = others.map((context, index) => [`count-${index}`, { ...booking.sends.count, context }] as const);
  const sent = { ...booking.sends, ...Object.fromEntries(sends) } as typeof booking.sends;
  return { ...bookings, processManagers: [{ ...booking, sends: sent }] };
}

describe('A circuit to another context', () => {
  it('has an alarm for each context that processes send to, on the metric that they write', () => {
    const circuits = alarmsOf(sendingTo('stock', 'billing', 'stock'), 'test').filter(
      ({ MetricName }) => MetricName === 'CircuitOpen',
    );
    expect(circuits.map(({ AlarmName }) => AlarmName)).toEqual([
      `test-tributary-${bookings.name}/CircuitTo-stock`,
      `test-tributary-${bookings.name}/CircuitTo-billing`,
    ]);
    expect(circuits[0]?.Dimensions).toEqual([
      { Name: 'Context', Value: bookings.name },
      { Name: 'Stage', Value: 'test-tributary' },
      { Name: 'Target', Value: 'stock' },
    ]);
    expect(circuits[0]?.AlarmDescription).toMatch(/docs\/runbooks\/circuit-open\.md$/);
  });

  it('has none where processes send to their own context', () => {
    const names = alarmsOf(sendingTo(bookings.name), 'test').map(({ MetricName }) => MetricName);
    expect(names.toSorted()).toEqual(['LagSeconds', 'Parked']);
  });
});

describe('The dashboard of thirty contexts', () => {
  const app = new App();
  const stack = new Stack(app, 'tributary-platform');
  const contexts = Array.from({ length: 30 }, (_, index) => ({ ...bookings, name: `a-context-with-a-name-${index}` }));
  stageDashboard(stack, {
    config: readConfig(app.node, [], {}),
    httpApi: new HttpApi(stack, 'HttpApi'),
    contexts,
    alarmNames: contexts.flatMap(({ name }) =>
      Array.from({ length: 12 }, (_, index) => `tributary-${name}/Projection-with-a-name-${index}/DeadLetters/Alarm`),
    ),
  });
  const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const parts: readonly unknown[] = dashboard?.Properties.DashboardBody['Fn::Join'][1];
  const body = parts.map((part) => (typeof part === 'string' ? part : 'eu-central-1')).join('');
  const widgets: readonly { type: string; properties: { metrics?: unknown[]; alarms?: unknown[] } }[] =
    JSON.parse(body).widgets;

  it('keeps within what the service takes: 500 widgets, 500 metrics in one and 2,500 in all, 100 alarms in one', () => {
    const metrics = widgets.map(({ properties }) => properties.metrics?.length ?? 0);
    const alarms = widgets.map(({ properties }) => properties.alarms?.length ?? 0);
    expect(widgets.length).toBeLessThan(50);
    expect(Math.max(...metrics)).toBeLessThanOrEqual(500);
    expect(metrics.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(2_500);
    expect(Math.max(...alarms)).toBeLessThanOrEqual(100);
    expect(alarms.reduce((sum, count) => sum + count)).toBe(360);
  });

  it('leaves room in the template, which may have a megabyte', () => {
    expect(JSON.stringify(Template.fromStack(stack).toJSON()).length).toBeLessThan(300_000);
  });

  it('has a line per context wherever contexts are shown', () => {
    for (const metric of ['Commands', 'Refusals', 'Conflicts', 'LagSeconds', 'Parked', 'IteratorAge']) {
      const shown = widgets
        .flatMap(({ properties }) => properties.metrics ?? [])
        .filter((one) => Object(one)[1] === metric);
      expect(shown, metric).toHaveLength(30);
    }
  });
});
