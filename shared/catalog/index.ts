export {
  type ContextCatalog,
  contextNamed,
  eventDefinitions,
  eventSource,
  METRIC_NAMESPACE,
  projectionNamed,
} from './catalog.ts';
export { catalogFaults } from './catalog-faults.ts';
export { type CommandRoute, commandRoutes, type QueryRoute, queryRoutes } from './routes.ts';
