import { contextHandlers } from '#shared/edge/index.ts';
import { organizations } from './organizations.catalog.ts';

export const { commands, queries, projections, reconcile } = contextHandlers(organizations);
