import { processHandlers } from '#shared/edge/index.ts';
import { accounts } from './accounts.catalog.ts';

export const { processes } = processHandlers(accounts);
