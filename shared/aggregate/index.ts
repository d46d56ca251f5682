export {
  type AnyAggregate,
  type Command,
  type CommandDefinition,
  type CommandOf,
  defineAggregate,
} from './aggregate.ts';
export {
  type Accepted,
  accept,
  type Decider,
  type Decision,
  fold,
  type Rejection,
  reject,
  type UniqueValue,
  unique,
} from './decider.ts';
export { type Checked, check, checkId, type Fault, faultsIn } from './input-check.ts';
