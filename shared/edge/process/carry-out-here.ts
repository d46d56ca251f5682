/** A command that a process has sent is carried out on the streams of this context, whether the process is of it or of another. */
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { type CommandHandling, type DispatchOutcome, dispatch } from '#shared/command/index.ts';
import { KitError } from '#shared/event/index.ts';
import type { Answer, OutgoingCommand } from '#shared/process-manager/index.ts';

/** A command as the commands function of a context takes it from a process of another one. */
export type InvokedCommand = { readonly command: OutgoingCommand };

/** What came of it; `impossible` says why no later try can be answered. */
export type InvocationAnswer = Answer | { readonly kind: 'impossible'; readonly reason: string };

/** Carries a command out on the streams of this context. Throws a retryable error when a later try may be answered. */
export async function carryOutHere(
  handling: CommandHandling,
  { aggregates }: ContextCatalog,
  { category, id, what, data, who, commandId, issuedAt, correlationId, causationId }: OutgoingCommand,
  signal?: AbortSignal,
): Promise<InvocationAnswer> {
  const options = { value: { commandId, issuedAt, correlationId, causationId, isFinal: true } };
  const sent = { category, id, what, data: { value: data }, options, who, ...(signal && { signal }) };
  return answerOf(await dispatch(handling, aggregates, sent));
}

function answerOf(dispatched: DispatchOutcome): InvocationAnswer {
  if (dispatched.kind === 'unknown-command') return { kind: 'impossible', reason: 'there is no such command.' };
  if (dispatched.kind === 'faulty') {
    const faults = dispatched.faults.map(({ path, message }) => `${path}: ${message}`);
    return { kind: 'impossible', reason: faults.join(' ') };
  }
  const { outcome, stream } = dispatched;
  switch (outcome.kind) {
    case 'recorded':
    case 'unchanged':
      return { kind: outcome.kind, version: outcome.version };
    case 'rejected':
      return { kind: 'rejected', code: outcome.rejection.code };
    case 'conflict':
      throw new KitError('store-unavailable', `Others are always faster on ${stream}. Try again.`, { retryable: true });
    case 'command-id-reused':
    case 'precondition-failed':
      return { kind: 'impossible', reason: `the answer was ${outcome.kind}.` };
  }
}
