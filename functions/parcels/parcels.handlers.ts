import { contextHandlers } from '#shared/edge/index.ts';
import { parcels } from './parcels.catalog.ts';

export const { commands, queries, projections, reconcile } = contextHandlers(parcels);
