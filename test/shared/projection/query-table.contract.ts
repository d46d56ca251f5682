/** The contract of query tables, run over each of them. A table is asked for by the version of its projection. */
import { describe } from 'vitest';
import type { QueryTable } from '#shared/projection/index.ts';
import { announcementContract } from './contract/announcement-contract.ts';
import { bulkContract } from './contract/bulk-contract.ts';
import { entryContract } from './contract/entry-contract.ts';
import { rowContract } from './contract/row-contract.ts';

export const queryTableContract = (name: string, tableOf: (version?: number) => QueryTable) =>
  describe(`a query table ${name}`, () => {
    rowContract(tableOf);
    entryContract(tableOf);
    announcementContract(tableOf);
    bulkContract(tableOf);
  });
