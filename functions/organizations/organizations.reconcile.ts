import { reconcileHandlers } from '#shared/edge/index.ts';
import { organizations } from './organizations.catalog.ts';

export const { reconcile } = reconcileHandlers(organizations);
