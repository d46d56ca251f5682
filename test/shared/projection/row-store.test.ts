/** Does the row store in memory keep the contract? */
import { createInMemoryRowStore } from '#shared/projection/index.ts';
import { rowStoreContract } from './row-store.contract.ts';

rowStoreContract('in memory', createInMemoryRowStore);
