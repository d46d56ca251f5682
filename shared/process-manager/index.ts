export {
  type CarryingPorts,
  carryOut,
  type DeadlineSchedule,
  notCarriedOut,
  type OutgoingCommand,
} from './carry-out.ts';
export { overdueHints, type ScheduledDeadline } from './deadline-entries.ts';
export { processAggregate } from './process-aggregate.ts';
export {
  type Answer,
  type AnyProcessManager,
  defineProcessManager,
  followerOf,
  type ProcessInput,
  type Reaction,
  react,
} from './process-manager.ts';
export { processEvents } from './process-state.ts';
export { takeEvents } from './take-events.ts';
