import { createInMemoryQueryTable } from '#shared/projection/index.ts';
import { queryTableContract } from './query-table.contract.ts';

queryTableContract('in memory', createInMemoryQueryTable);
