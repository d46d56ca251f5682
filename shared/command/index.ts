export {
  type Acceptance,
  type AcceptingPorts,
  acceptCommand,
  type CommandQueue,
  type QueuedCommand,
} from './accept-command.ts';
export { awaitEnding } from './await-ending.ts';
export { carryOutAccepted, giveUpAccepted } from './carry-out-accepted.ts';
export {
  type CommandEntry,
  type CommandLog,
  type Ending,
  KEPT_FOR_MS,
  type QueuePlace,
  statusOf,
} from './command-log.ts';
export type { CommandOutcome, CommandRequest, Precondition } from './command-outcome.ts';
export { type CommandOptions, checkCommand, type DispatchOutcome, dispatch, type SentCommand } from './dispatch.ts';
export { type CommandHandling, handleCommand } from './handle-command.ts';
export { createInMemoryCommandLog } from './in-memory/in-memory-command-log.ts';
export { loadState } from './load-state.ts';
export { createStateCache, type StateCache } from './state-cache.ts';
export type { StreamState } from './stream-state.ts';
