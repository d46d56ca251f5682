/** A catalog changes, and what is made of it is deployed over what was made before: nothing may hold that up. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { EVENTS_TABLE, FEED_TABLE, QUERY_TABLE } from '#shared/dynamodb/index.ts';
import { contexts } from '../../../functions/contexts.ts';
import { holdUps } from '../../support/hold-ups.ts';
import { type SynthesizedApp, synthesizedApp } from '../../support/synthesized-app.ts';
import { tallies } from '../../support/tally.ts';

vi.mock(import('../../../infra/constructs/bundle.ts'), () => import('../../support/without-bundling.ts'));

const made: SynthesizedApp[] = [];
const synthesized = (catalogs: readonly ContextCatalog[]): SynthesizedApp => {
  const app = synthesizedApp({}, catalogs);
  made.push(app);
  return app;
};
let first: SynthesizedApp;
beforeAll(() => {
  first = synthesized(contexts);
});
afterAll(() => {
  for (const app of made) app.remove();
});

const accounts = (change: (context: ContextCatalog) => Partial<ContextCatalog>): ContextCatalog[] =>
  contexts.map((context) => (context.name === 'accounts' ? { ...context, ...change(context) } : context));

/** The app after each change, made once. */
const changed = new Map<string, SynthesizedApp>();
function deployed(title: string, catalogs: () => readonly ContextCatalog[]): SynthesizedApp {
  const app = changed.get(title) ?? synthesized(catalogs());
  changed.set(title, app);
  return app;
}

const changes: readonly (readonly [string, () => readonly ContextCatalog[]])[] = [
  ['its first projection is removed', () => accounts(({ projections }) => ({ projections: projections.slice(1) }))],
  ['its last projection is removed', () => accounts(({ projections }) => ({ projections: projections.slice(0, -1) }))],
  [
    'a projection is added before the others',
    () =>
      accounts(({ projections: [one, ...others] }) =>
        one === undefined ? {} : { projections: [{ ...one, name: 'another', queries: [] }, one, ...others] },
      ),
  ],
  [
    'a projection is renamed',
    () =>
      accounts(({ projections: [one, ...others] }) =>
        one === undefined ? {} : { projections: [{ ...one, name: 'renamed' }, ...others] },
      ),
  ],
  [
    'a variable of a query is renamed',
    () =>
      accounts(({ projections }) => ({
        projections: projections.map((one) => ({
          ...one,
          queries: one.queries.map((query) => ({ ...query, path: query.path.replace('{owner}', '{name}') })),
        })),
      })),
  ],
  ['all projections are removed', () => accounts(() => ({ projections: [] }))],
  ['its process managers are removed', () => accounts(() => ({ processManagers: [] }))],
  ['its timelines are removed', () => accounts(() => ({ timelines: [] }))],
  [
    'a command, the first, is removed',
    () =>
      accounts(({ aggregates, processManagers }) => ({
        aggregates: aggregates.map((aggregate) => {
          const sent = (processManagers ?? []).flatMap(({ sends }) => Object.values(sends).map(({ what }) => what));
          const [gone] = Object.keys(aggregate.commands).filter((what) => !sent.includes(what));
          const commands = Object.entries(aggregate.commands).filter(([what]) => what !== gone);
          return { ...aggregate, commands: Object.fromEntries(commands) };
        }),
      })),
  ],
  ['a context is added', () => [tallies, ...contexts]],
  ['the first context is removed', () => contexts.slice(1)],
  ['the last context is removed', () => contexts.slice(0, -1)],
];

describe('A deployment goes through when', () => {
  it.each(changes)('%s, and when that is taken back', (title, catalogs) => {
    const second = deployed(title, catalogs);
    expect(holdUps(first, second)).toEqual([]);
    expect(holdUps(second, first)).toEqual([]);
  });

  it.each([
    ['a query table', QUERY_TABLE],
    ['the log', EVENTS_TABLE],
    ['the feed', FEED_TABLE],
  ])('%s is replaced, under another logical id, and back', (_, kind: { logicalId: string }) => {
    const { logicalId } = kind;
    kind.logicalId = 'Replaced';
    try {
      const second = synthesized(contexts);
      expect(second.all('AWS::DynamoDB::GlobalTable').some(({ id }) => id.includes('Replaced'))).toBe(true);
      expect(holdUps(first, second)).toEqual([]);
      expect(holdUps(second, first)).toEqual([]);
    } finally {
      kind.logicalId = logicalId;
    }
  });

  it('one such change follows on the other', () => {
    const deployments = [first, ...changes.map(([title, catalogs]) => deployed(title, catalogs))];
    for (const [index, next] of deployments.slice(1).entries()) {
      expect(holdUps(deployments[index] ?? first, next)).toEqual([]);
    }
  });
});

describe('It would be told when a deployment could not go through, since', () => {
  const edited = (edit: (app: SynthesizedApp) => void): SynthesizedApp => first.edited(edit);
  const outputsOf = (app: SynthesizedApp) => Object.entries(app.templates.get('tributary-platform')?.Outputs ?? {});

  it('another stack imports what goes', () => {
    const exporting = edited((app) => {
      for (const [, output] of outputsOf(app)) Object.assign(output, { Export: { Name: 'api' } });
    });
    expect(holdUps(exporting, first)).toContainEqual(expect.stringContaining('tributary-platform exports'));
  });

  it('what another stack reads goes, or becomes another', () => {
    const changed = edited((app) => {
      for (const [, output] of outputsOf(app)) Object.assign(output, { Value: { Ref: 'Another' } });
    });
    expect(holdUps(first, changed)).toContainEqual(expect.stringContaining('has become another'));
    const gone = edited((app) => Object.assign(app.templates.get('tributary-platform') ?? {}, { Outputs: {} }));
    expect(holdUps(first, gone)).toContainEqual(expect.stringContaining('which is not there'));
  });

  it('a route goes to another context, here the same under another name', () => {
    const renamed = contexts.map((one) => (one.name === 'parcels' ? { ...one, name: 'shipments' } : one));
    const told = holdUps(first, synthesized(renamed));
    expect(told).toContainEqual(
      expect.stringMatching(
        /^tributary-shipments\/\w+ cannot have the AWS::ApiGatewayV2::Route GET \/parcels\/\{\}, which tributary-parcels/,
      ),
    );
  });

  it.each([
    ['table', 'GlobalTable'],
    ['route', 'Route'],
  ])('a %s that is replaced keeps its name', (_, type) => {
    const replaced = edited((app) => {
      const { Resources } = app.templates.get('tributary-accounts') ?? { Resources: {} };
      const [[id, resource] = []] = Object.entries(Resources).filter(([, { Type }]) => Type.endsWith(`::${type}`));
      Object.assign(Resources, { Replaced: resource });
      if (id !== undefined) delete (Resources as Record<string, unknown>)[id]; // a copy, which nobody else has
    });
    expect(holdUps(first, replaced)).toContainEqual(expect.stringContaining('tributary-accounts/Replaced cannot have'));
  });
});
