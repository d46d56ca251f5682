export type { CommandOutcome, CommandRequest, Precondition } from './command-outcome.ts';
export { type CommandOptions, type DispatchOutcome, dispatch, type SentCommand } from './dispatch.ts';
export type { CommandHandling } from './handle-command.ts';
export { createStateCache, type StateCache } from './state-cache.ts';
