/** What a command handler takes from the machine that it runs on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as timeOrderedId } from 'uuid';
import { type CommandHandling, createStateCache } from '#shared/command/index.ts';

/** Everything but the store. Ids are UUID version 7, so they sort by time. */
export const system = (): Omit<CommandHandling, 'store'> => ({
  cache: createStateCache(),
  clock: () => new Date(),
  ids: () => timeOrderedId(),
  random: Math.random,
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => {}),
});
