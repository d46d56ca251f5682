/** What follows from what is known of a stream, before anything is written? */
import type { Accepted, Rejection } from '#shared/decider/index.ts';
import type { DomainEvent } from '#shared/event/index.ts';
import type { AnyAggregate } from './aggregate.ts';
import type { Command } from './command-definitions.ts';
import type { FoldedStream } from './folded-stream.ts';

/** What must hold of the stream's version before the command is looked at; `new` is version 0. */
export type Precondition =
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'exists' }
  | { readonly kind: 'new' };

export type Verdict =
  | { readonly kind: 'append'; readonly decision: Accepted<DomainEvent> }
  | { readonly kind: 'unchanged'; readonly version: number }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'precondition-failed'; readonly version: number };

/** Pure. Only `append` may be acted on when `known` is not fresh: the write finds out; nothing would find out the others. */
export function judge(
  { decider }: AnyAggregate,
  { slice: { version }, state }: FoldedStream,
  { command, precondition }: { readonly command: Command; readonly precondition?: Precondition },
): Verdict {
  if (precondition !== undefined && !holds(precondition, version)) return { kind: 'precondition-failed', version };
  const decision = decider.decide(command, state);
  if (decision.kind === 'rejected') return { kind: 'rejected', rejection: decision };
  if (decision.events.length === 0) return { kind: 'unchanged', version };
  return { kind: 'append', decision };
}

function holds(precondition: Precondition, version: number): boolean {
  switch (precondition.kind) {
    case 'version':
      return version === precondition.version;
    case 'exists':
      return version > 0;
    case 'new':
      return version === 0;
  }
}
