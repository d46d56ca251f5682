export {
  type CommandHandling,
  type CommandOutcome,
  type CommandRequest,
  handleCommand,
  MAXIMUM_ATTEMPTS,
  type Precondition,
} from './handle-command.ts';
export { createStateCache, type StateCache } from './state-cache.ts';
export { COMMAND_WINDOW } from './stream-state.ts';
