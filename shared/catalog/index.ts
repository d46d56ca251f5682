export { type ContextCatalog, eventDefinitions, eventSource } from './catalog.ts';
export { type CommandRoute, commandRoutes, type QueryRoute, queryRoutes } from './routes.ts';
