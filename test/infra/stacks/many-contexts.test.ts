/** What a deployment of 30 contexts with 5 projections each comes to stays within what the services take. */
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { addAllStacks } from '../../../infra/stacks/all-stacks.ts';
import { bundledSettings } from '../../support/bundled-settings.ts';
import { functions, policies } from '../../support/grants.ts';
import { type SynthesizedApp, synthesizedApp } from '../../support/synthesized-app.ts';
import { journal, tallies } from '../../support/tally.ts';

vi.mock(import('../../../infra/constructs/bundle.ts'), () => import('../../support/without-bundling.ts'));

const [aggregate] = tallies.aggregates;
if (aggregate === undefined) throw new Error('the tallies have no aggregate');

const CONTEXTS: readonly ContextCatalog[] = Array.from({ length: 30 }, (_, index) => ({
  name: `department-${index}`,
  aggregates: [{ ...aggregate, category: `case${index}`, collection: `cases-${index}` }],
  projections: Array.from({ length: 5 }, (_, one) => ({
    ...journal,
    name: `overview-${one}`,
    categories: [`case${index}`],
    queries: journal.queries.map((query) => ({ ...query, path: `/overviews-${index}-${one}/{id}` })),
  })),
}));

/** Source: Lambda quotas, environment variables of a function; IAM quotas, aggregate inline policies of a role. */
const ENVIRONMENT_BYTES = 4_096;
const POLICY_BYTES = 10_240;

/** A reference stands for no more than this: the URL of a queue, whose name has 80 characters. */
const LONGEST_VALUE = 'https://sqs.ap-southeast-2.amazonaws.com/123456789012/'.length + 80;

let app: SynthesizedApp;
beforeAll(() => {
  app = synthesizedApp({ stage: 'a'.repeat(8) }, CONTEXTS);
}, 240_000);
afterAll(() => app?.remove());

/** As long as the value gets, once CloudFormation has worked it out. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (value === null || typeof value !== 'object') return String(value).length;
  const { 'Fn::Join': join, ...other } = value as { 'Fn::Join'?: [string, unknown[]] };
  if (join !== undefined) return join[1].reduce((sum: number, part) => sum + lengthOf(part), 0);
  const isReference = Object.keys(other).some((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (isReference) return isShort(other) ? 'ap-southeast-2'.length : LONGEST_VALUE;
  const entries = Array.isArray(value) ? value : Object.entries(value).flat();
  return entries.reduce((sum, part) => sum + lengthOf(part) + 3, 2);
}

const isShort = (reference: object) => /"AWS::(?:Region|AccountId|Partition)"/.test(JSON.stringify(reference));

const largest = (sizes: ReadonlyMap<string, number>) => [...sizes].toSorted(([, one], [, other]) => other - one)[0];

it('The environment of every function', () => {
  const bytes = new Map(
    functions(app).map(({ properties: { FunctionName, Environment } }) => [
      FunctionName,
      Object.entries(Environment.Variables).reduce((sum, [key, value]) => sum + key.length + lengthOf(value), 0),
    ]),
  );
  expect(bytes.size).toBe(30 * 10 + 7);
  const [name, most = Number.POSITIVE_INFINITY] = largest(bytes) ?? [];
  expect(most, name).toBeLessThan(ENVIRONMENT_BYTES);
  // What looks across all contexts has the same environment whatever their number.
  for (const across of ['streams', 'feed', 'projections', 'health']) {
    expect(bytes.get(`aaaaaaaa-tributary-${across}`), across).toBeLessThan(200);
  }
});

it('The policies of every role', () => {
  const bytes = new Map<string, number>();
  for (const { stack, properties } of policies(app)) {
    for (const role of properties.Roles ?? []) {
      const { path } = app.target(stack, role);
      bytes.set(path, (bytes.get(path) ?? 0) + lengthOf(properties.PolicyDocument));
    }
  }
  const [path, most = Number.POSITIVE_INFINITY] = largest(bytes) ?? [];
  expect(most, path).toBeLessThan(POLICY_BYTES);
});

it('The resources of every stack, and its template', () => {
  for (const [stack, template] of app.templates) {
    expect(Object.keys(template.Resources).length, stack).toBeLessThanOrEqual(500);
    expect(JSON.stringify(template).length, stack).toBeLessThan(1_000_000);
  }
});

it('The routes of the API, and more are told', () => {
  const warnings = (contexts: readonly ContextCatalog[]) => {
    const made = new App();
    addAllStacks(made, undefined, contexts);
    return made.node.findAll().flatMap(({ node }) => node.metadata.map(({ data }) => String(data)));
  };
  expect(app.all('AWS::ApiGatewayV2::Route').length).toBeLessThanOrEqual(300);
  const queries = Array.from({ length: 300 }, (_, index) =>
    journal.queries.map((query) => ({ ...query, path: `/journal-${index}/{id}` })),
  ).flat();
  const told = warnings([{ ...tallies, projections: [{ ...journal, queries }] }]);
  expect(told).toContainEqual(expect.stringMatching(/^The API has 3\d\d routes, and an account lets it have 300 /));
});

it('And all of them are known to what looks across them', () => {
  const count = (name: string, setting: string) => {
    const text = bundledSettings(app, `aaaaaaaa-tributary-${name}`)[setting] ?? '';
    return text.startsWith('{') ? Object.keys(JSON.parse(text)).length : text.split(',').length;
  };
  expect(count('streams', 'EVENTS_TABLES')).toBe(30);
  expect(count('feed', 'FEED_TABLES')).toBe(30);
  expect(count('projections', 'QUERY_TABLES')).toBe(150);
  expect(count('health', 'TABLES')).toBe(240);
  expect(count('health', 'MAPPED_FUNCTIONS')).toBe(210);
  expect(count('health', 'RULES')).toBe(180);
});
