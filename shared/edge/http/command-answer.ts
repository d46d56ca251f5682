/** How a command ended as HTTP tells it: at once, or as it would have been told at once. */
import type { Ending } from '#shared/command/index.ts';
import { KitError } from '#shared/event/index.ts';
import { etag, type HttpResult, json } from './http-message.ts';
import { commandIdReused, conflict, failed, invalidInput, notFound, preconditionFailed, refused } from './problem.ts';

/** A command that has been recorded, or that changes nothing. */
export type Success = {
  readonly stream: string;
  readonly version: number;
  /** The events, or what the command answers instead of them. */
  readonly answer: Readonly<Record<string, unknown>>;
  readonly isReplayed: boolean;
};

/** What a success consists of; nothing when the command did not succeed. */
export function successOf(ending: Ending): Success | undefined {
  if (ending.kind !== 'handled') return undefined;
  const { stream, outcome, answer } = ending;
  if (outcome.kind === 'recorded') {
    const { version, events, replayed } = outcome;
    return { stream, version, answer: answer ?? { events }, isReplayed: replayed };
  }
  if (outcome.kind !== 'unchanged') return undefined;
  return { stream, version: outcome.version, answer: answer ?? { events: [] }, isReplayed: false };
}

export const done = (success: Success, more: Readonly<Record<string, unknown>> = {}): HttpResult =>
  json(200, { stream: success.stream, version: success.version, ...success.answer, ...more }, doneHeaders(success));

export const doneHeaders = ({ stream, version, isReplayed }: Success): Readonly<Record<string, string>> => ({
  etag: etag(version),
  'consistency-token': `${stream}@${version}`,
  ...(isReplayed && { 'idempotency-replayed': 'true' }),
});

/** `where` is told when there is no such command there. */
export function answerOf(ending: Ending, where: string): HttpResult {
  const success = successOf(ending);
  if (success !== undefined) return done(success);
  switch (ending.kind) {
    case 'unknown-command':
      return notFound(`There is no command at ${where}.`);
    case 'faulty':
      return invalidInput(ending.faults);
    case 'failed':
      return failed(ending.code === 'internal-error' ? undefined : new KitError(ending.code, ending.message));
    case 'handled':
      return refusalOf(ending);
  }
}

function refusalOf({ outcome }: Extract<Ending, { kind: 'handled' }>): HttpResult {
  switch (outcome.kind) {
    case 'rejected':
      return refused(outcome.rejection);
    case 'precondition-failed':
      return preconditionFailed(outcome.version);
    case 'command-id-reused':
      return commandIdReused();
    case 'conflict':
      return conflict(outcome.attempts);
    case 'recorded':
    case 'unchanged':
      throw new Error(`${outcome.kind} is a success`);
  }
}
