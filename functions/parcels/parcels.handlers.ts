import { contextHandlers } from '#shared/edge/index.ts';
import { parcels } from './parcels.catalog.ts';

export const { accepted, commands, queries, projections } = contextHandlers(parcels);
