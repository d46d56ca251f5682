export {
  type ContextCatalog,
  contextNamed,
  eventDefinitions,
  eventSource,
  followersOf,
  METRIC_NAMESPACE,
  processManagerNamed,
  projectionNamed,
  streamKinds,
} from './catalog.ts';
export { catalogFaults } from './catalog-faults.ts';
export {
  type CommandRoute,
  commandRoutes,
  ownProjections,
  ownQueryRoute,
  PLATFORM_ROUTES,
  type QueryRoute,
  queryRoutes,
  routeShape,
} from './routes.ts';
