export { type Decider, fold } from './decider.ts';
export { type Accepted, accept, type Decision, type Rejection, reject, type UniqueValue, unique } from './decision.ts';
