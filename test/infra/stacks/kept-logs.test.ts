/** A log outlives its stack: it can be protected from deletion, and a deployment can take up one that is there already. */
import { App } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { addAllStacks } from '../../../infra/stacks/all-stacks.ts';
import { bundledSettings } from '../../support/bundled-settings.ts';
import { functions, granted } from '../../support/grants.ts';
import { type SynthesizedApp, synthesizedApp } from '../../support/synthesized-app.ts';

vi.mock(import('../../../infra/constructs/bundle.ts'), () => import('../../support/without-bundling.ts'));

type Table = { TableName: string; Replicas: { DeletionProtectionEnabled?: boolean }[] };

const made: SynthesizedApp[] = [];
afterAll(() => {
  for (const app of made) app.remove();
});

function synthesized(context: Readonly<Record<string, unknown>>): SynthesizedApp {
  const app = synthesizedApp(context);
  made.push(app);
  return app;
}
const isLog = ({ path }: { readonly path: string }) => /\/(?:Events|Feed)$/.test(path);
const tables = (app: SynthesizedApp) => app.all<Table>('AWS::DynamoDB::GlobalTable');
const isProtected = ({ properties }: { readonly properties: Table }) =>
  properties.Replicas.every(({ DeletionProtectionEnabled }) => DeletionProtectionEnabled === true);

describe('A protected stage', () => {
  it('refuses the deletion of every log and feed, and of no query table, which a projection may leave', () => {
    const all = tables(synthesized({ protect: 'true' }));
    expect(all.filter((table) => isProtected(table) !== isLog(table))).toEqual([]);
    expect(tables(synthesized({})).filter(isProtected)).toEqual([]);
  });

  it('refuses the deletion of every stack', () => {
    const stacks = (protect: string) => {
      const app = new App({ context: { protect } });
      addAllStacks(app);
      return app.synth().stacks.map(({ terminationProtection }) => terminationProtection);
    };
    expect(new Set(stacks('true'))).toEqual(new Set([true]));
    expect(new Set(stacks('false'))).toEqual(new Set([false]));
  });

  it('says at synth that nothing of a first deployment that fails is cleared away', () => {
    const app = new App({ context: { protect: 'true' } });
    addAllStacks(app);
    const stack = app.node.findChild('tributary-accounts') as Parameters<typeof Annotations.fromStack>[0];
    Annotations.fromStack(stack).hasInfo('*', Match.stringLikeRegexp('deploy a new stage once without protect'));
  });
});

it('A log that a deployment takes up stays where it is should that fail, and the next deployment makes nothing anew', () => {
  const [adopting, later] = [synthesized({ adopt: 'true' }), synthesized({})];
  const policies = (app: SynthesizedApp) =>
    new Set(
      tables(app)
        .filter(isLog)
        .map((table) => table.deletionPolicy),
    );
  expect(policies(adopting)).toEqual(new Set(['Retain']));
  expect(policies(later)).toEqual(new Set(['RetainExceptOnCreate']));
  expect(tables(later).map(({ properties }) => properties)).toEqual(
    tables(adopting).map(({ properties }) => properties),
  );
});

describe('A log that is kept under other names', () => {
  const adopting = () => synthesized({ 'adopt:accounts': 'restored-events,restored-feed' });
  const EVENTS = 'tributary-accounts/Events';
  const FEED = 'tributary-accounts/Feed';

  it('is the log of its context and of no other, under names that CloudFormation can take up', () => {
    const app = adopting();
    const named = tables(app)
      .filter(({ properties }) => properties.TableName.startsWith('restored'))
      .map(({ path, properties, deletionPolicy }) => [path, properties.TableName, deletionPolicy]);
    expect(named).toEqual([
      [EVENTS, 'restored-events', 'Retain'],
      [FEED, 'restored-feed', 'Retain'],
    ]);
  });

  it('is found by what looks across contexts, which may do on it what it does on the others', () => {
    const app = adopting();
    const setting = (name: string, variable: string) =>
      JSON.parse(bundledSettings(app, name)[variable] ?? '{}').accounts;
    expect(setting('tributary-streams', 'EVENTS_TABLES')).toBe('restored-events');
    expect(setting('tributary-feed', 'FEED_TABLES')).toBe('restored-feed');
    expect(setting('tributary-projections', 'FEED_TABLES')).toBe('restored-feed');
    expect(bundledSettings(app, 'tributary-health').TABLES?.split(',')).toEqual(
      expect.arrayContaining(['restored-events', 'restored-feed']),
    );
    const may = (name: string) =>
      functions(app)
        .filter(({ properties }) => properties.FunctionName === name)
        .flatMap((each) => granted(app, each));
    expect(may('tributary-streams')).toContain(`dynamodb:Query on ${EVENTS}`);
    expect(may('tributary-feed')).toContain(`dynamodb:GetItem on ${FEED}`);
    expect(may('tributary-projections')).toContain(`dynamodb:GetItem on ${FEED}`);
    expect(may('tributary-health')).toContain(`dynamodb:DescribeTable on ${EVENTS}`);
    expect(may('tributary-health')).toContain(`dynamodb:DescribeTable on ${FEED}`);
  });
});
