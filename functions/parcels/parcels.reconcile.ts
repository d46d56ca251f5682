import { reconcileHandlers } from '#shared/edge/index.ts';
import { parcels } from './parcels.catalog.ts';

export const { reconcile } = reconcileHandlers(parcels);
