/** Mistakes in the catalogs are told before anything is derived from them, all at once. */
import { isCategory } from '#shared/event/index.ts';
import { pathParameters } from '#shared/projection/index.ts';
import { type ContextCatalog, streamKinds } from './catalog.ts';
import { processFaults } from './process-faults.ts';
import { commandRoutes, PLATFORM_ROUTES, queryRoutes, routeShape } from './routes.ts';

/** Part of a path, of a stack's name and of a function's name. */
const KEBAB = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Of a query. */
const PATH = /^(?:\/(?:[A-Za-z0-9_.~-]+|\{\w+\}))+$/;

/** Names of the stacks that are there beside the contexts, and of the functions that every context has beside its projections. */
const OTHER_STACKS = ['platform', 'operations'];
const OTHER_FUNCTIONS = ['accepted', 'commands', 'queries', 'relay'];

/** One line for each fault, with what to do; none when all fits together. */
export function catalogFaults(contexts: readonly ContextCatalog[]): string[] {
  const keys = contexts
    .flatMap((context) => [...commandRoutes(context), ...queryRoutes(context)])
    .map(({ key }) => key);
  const routes = [...Object.values(PLATFORM_ROUTES), ...keys].map(routeShape);
  const aggregates = contexts.flatMap(streamKinds);
  return [
    ...contexts.flatMap((context) => processFaults(contexts, context).map((fault) => `${context.name}: ${fault}`)),
    ...repeated(contexts.map(({ name }) => name)).map((name) => `Two contexts are named ${name}.`),
    ...repeated(aggregates.map(({ category }) => category)).map((one) => `Two aggregates have the category ${one}.`),
    ...repeated(routes).map((shape) => `Two routes are ${shape}.`),
    ...contexts.flatMap((context) => faultsOf(context).map((fault) => `${context.name}: ${fault}`)),
  ];
}

function faultsOf({ name, aggregates, projections, timelines = [], processManagers = [] }: ContextCatalog): string[] {
  const events = aggregates.flatMap((aggregate) => Object.keys(aggregate.events));
  const categories = aggregates.map(({ category }) => category);
  return [
    ...names('context', [name], OTHER_STACKS),
    ...names('collection', [...new Set(aggregates.map(({ collection }) => collection))]),
    ...aggregates.flatMap(({ commands }) => names('command', Object.keys(commands))),
    ...aggregates.flatMap(({ commands }) =>
      names(
        'path of a command',
        Object.values(commands).flatMap(({ path }) => path ?? []),
      ),
    ),
    ...names(
      'projection',
      projections.map((projection) => projection.name),
      OTHER_FUNCTIONS,
    ),
    ...names(
      'process manager',
      processManagers.map((processManager) => processManager.name),
      [...OTHER_FUNCTIONS, ...projections.map((projection) => projection.name)],
    ),
    ...categories
      .filter((category) => !isCategory(category))
      .map((category) => `the category ${category} must be 1 to 32 lower-case letters and digits, a letter first.`),
    ...repeated(events).map((what) => `two aggregates define the event ${what}.`),
    ...repeated(projections.map((projection) => projection.name)).map((one) => `two projections are named ${one}.`),
    ...projections.flatMap(({ name, categories: of, on, queries }) => [
      ...(of.length === 0 ? [`the projection ${name} is of no category.`] : []),
      ...of
        .filter((category) => !categories.includes(category))
        .map((category) => `the projection ${name} is of ${category}, which is no category here.`),
      ...Object.keys(on)
        .filter((what) => !events.includes(what))
        .map((what) => `the projection ${name} handles ${what}, which is no event here.`),
      ...queries
        .filter(({ path }) => !PATH.test(path))
        .map(({ path }) => `the path ${path} of the projection ${name} must be like /accounts/{id}/statement.`),
      ...queries
        .filter(({ path, stream, list }) => !stream && !list && !pathParameters(path).includes('id'))
        .map(({ path }) => `the query ${path} of the projection ${name} names no stream and no list, and has no {id}.`),
      ...queries
        .filter(({ asAt, stream, list, joins }) => asAt && (joins || (list && !stream)))
        .map(({ path }) => `the query ${path} of the projection ${name} is not of one stream, so it has no as-at.`),
    ]),
    ...names(
      'timeline',
      timelines.map((timeline) => timeline.name),
      projections.map((projection) => projection.name),
    ),
    ...repeated(timelines.map((timeline) => timeline.name)).map((one) => `two timelines are named ${one}.`),
    ...timelines.flatMap(({ name, category, on, queries }) => [
      ...(categories.includes(category) ? [] : [`the timeline ${name} is of ${category}, which is no category here.`]),
      ...Object.keys(on)
        .filter((what) => !events.includes(what))
        .map((what) => `the timeline ${name} handles ${what}, which is no event here.`),
      ...queries
        .filter(({ path }) => !PATH.test(path) || !pathParameters(path).includes('id'))
        .map(({ path }) => `the path ${path} of the timeline ${name} must be like /accounts/{id}/timeline.`),
    ]),
  ];
}

const names = (kind: string, all: readonly string[], taken: readonly string[] = []): string[] => [
  ...all.filter((name) => !KEBAB.test(name)).map((name) => `the ${kind} ${name} must be in kebab case.`),
  ...all
    .filter((name) => taken.includes(name))
    .map((name) => `the ${kind} ${name} needs another name: this one is taken.`),
];

const repeated = (all: readonly string[]): string[] => [
  ...new Set(all.filter((one, index) => all.indexOf(one) !== index)),
];
