export { type CommandOptions, type DispatchOutcome, dispatch, type SentCommand } from './dispatch.ts';
export type { CommandHandling, CommandOutcome, CommandRequest, Precondition } from './handle-command.ts';
export { createStateCache, type StateCache } from './state-cache.ts';
