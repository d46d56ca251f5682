export { type AnyAggregate, defineAggregate } from './aggregate.ts';
export type { CommandDefinition, CommandOf } from './command-definitions.ts';
export { COMMAND_WINDOW } from './folded-stream.ts';
export { type CommandHandling, type CommandOutcome, type CommandRequest, handleCommand } from './handle-command.ts';
export type { Precondition } from './judge.ts';
export { MAXIMUM_ATTEMPTS } from './retry.ts';
export { snapshotSchemaOf } from './snapshot-schema.ts';
export { createWarmStreams, type WarmStreams } from './warm-streams.ts';
