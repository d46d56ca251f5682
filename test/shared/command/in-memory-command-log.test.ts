import { createInMemoryCommandLog } from '#shared/command/index.ts';
import { commandLogContract } from './command-log.contract.ts';

commandLogContract('in memory', async (clock) => createInMemoryCommandLog(clock));
