/** An answer fits when it was right at some moment while its command ran. */
import type { CommandOutcome } from '#shared/command/index.ts';
import { lastVersion } from '#shared/event-store/index.ts';
import { tillDecider } from '../../../support/till.ts';
import { answeredAt, type Operation } from './operation.ts';
import { type Point, pointsDuring, preconditionHolds, type StreamHistory } from './stream-history.ts';

/** `histories` are those of all streams, that of the operation among them. */
export function answerFits(
  operation: Operation,
  outcome: CommandOutcome,
  history: StreamHistory,
  histories: readonly StreamHistory[],
): boolean {
  const { command, precondition } = operation;
  const possible = pointsDuring(operation, history);
  switch (outcome.kind) {
    case 'recorded':
      return isRecorded(operation, outcome, history);
    case 'unchanged':
      return possible.some(({ version, state }) => {
        const decision = tillDecider.decide(command, state);
        return version === outcome.version && decision.kind === 'accepted' && decision.events.length === 0;
      });
    case 'precondition-failed':
      return possible.some(({ version }) => version === outcome.version && !preconditionHolds(precondition, version));
    case 'rejected': {
      const isRight = ({ state, version }: Point) =>
        preconditionHolds(precondition, version) &&
        JSON.stringify(tillDecider.decide(command, state)) === JSON.stringify(outcome.rejection);
      return outcome.rejection.code === 'name-taken' ? isTaken(operation, histories) : possible.some(isRight);
    }
    case 'conflict':
      return possible.length > 1;
    case 'command-id-reused':
      return isUsedOtherwise(operation, history);
  }
}

/** The answer names its commit: the caller's own, or that of another call with the same id and payload. */
function isRecorded(
  operation: Operation,
  outcome: Extract<CommandOutcome, { kind: 'recorded' }>,
  { commits, operations }: StreamHistory,
): boolean {
  const commit = commits.find((one) => lastVersion(one) === outcome.version);
  const author = operations.find(({ who }) => who === commit?.who);
  if (commit === undefined || author === undefined) return false;
  const isNamed =
    JSON.stringify(commit.events.map(({ id }) => id)) === JSON.stringify(outcome.events.map(({ id }) => id));
  const isOf = outcome.replayed
    ? author.commandId === operation.commandId && author.invokedAt < answeredAt(operation)
    : author.who === operation.who;
  return isNamed && isOf && JSON.stringify(author.command) === JSON.stringify(operation.command);
}

function isUsedOtherwise(operation: Operation, { commits, operations }: StreamHistory): boolean {
  const isOther = ({ commandId, command }: Operation) =>
    commandId === operation.commandId && JSON.stringify(command) !== JSON.stringify(operation.command);
  return operations.some((other) => isOther(other) && commits.some(({ who }) => who === other.who));
}

/** Some other stream had the name while the operation ran. */
function isTaken(operation: Operation, histories: readonly StreamHistory[]): boolean {
  const wanted = operation.command.what === 'rename' ? operation.command.data.name : undefined;
  return histories
    .filter(({ stream }) => stream !== operation.stream)
    .some((other) => pointsDuring(operation, other).some(({ state }) => state.name === wanted));
}
