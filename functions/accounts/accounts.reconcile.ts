import { reconcileHandlers } from '#shared/edge/index.ts';
import { accounts } from './accounts.catalog.ts';

export const { reconcile } = reconcileHandlers(accounts);
