export type { CommandOutcome, CommandRequest, Precondition } from './command-outcome.ts';
export { type CommandOptions, type DispatchOutcome, dispatch, type SentCommand } from './dispatch.ts';
export { type CommandHandling, handleCommand } from './handle-command.ts';
export { loadState } from './load-state.ts';
export { createStateCache, type StateCache } from './state-cache.ts';
export type { StreamState } from './stream-state.ts';
