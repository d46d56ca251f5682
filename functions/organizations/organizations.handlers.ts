import { contextHandlers } from '#shared/edge/index.ts';
import { organizations } from './organizations.catalog.ts';

export const { accepted, commands, queries, projections } = contextHandlers(organizations);
