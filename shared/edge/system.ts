/** What does a command handler take from the machine it runs on? */
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as timeOrderedId } from 'uuid';
import { type CommandHandling, createStateCache } from '#shared/command/index.ts';

/** Everything but the store. Ids are UUID version 7, so they sort by time. */
export const system = (): Omit<CommandHandling, 'store'> => ({
  cache: createStateCache(),
  clock: () => new Date(),
  ids: () => timeOrderedId(),
  random: Math.random,
  sleep: (milliseconds) => sleep(milliseconds),
});
