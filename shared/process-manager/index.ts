export {
  type CarryingPorts,
  carryOut,
  type DeadlineSchedule,
  notCarriedOut,
  type OutgoingCommand,
} from './carry-out.ts';
export { overdueHints, type ScheduledDeadline } from './deadline-entries.ts';
export { processAggregate, processEvents } from './process-aggregate.ts';
export {
  type Answer,
  type AnyProcessManager,
  defineProcessManager,
  followerOf,
  type ProcessInput,
  type Reaction,
  react,
} from './process-manager.ts';
export { takeEvents } from './take-events.ts';
