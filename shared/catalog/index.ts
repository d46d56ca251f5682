export { type ContextCatalog, contextNamed, eventDefinitions, eventSource, projectionNamed } from './catalog.ts';
export { catalogFaults } from './catalog-faults.ts';
export { type CommandRoute, commandRoutes, type QueryRoute, queryRoutes } from './routes.ts';
