import { contextHandlers } from '#shared/edge/index.ts';
import { accounts } from './accounts.catalog.ts';

export const { accepted, commands, queries, projections } = contextHandlers(accounts);
