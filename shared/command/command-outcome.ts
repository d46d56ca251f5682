/** What a caller asks for with a command, and how it ends. */
import type { Command, Rejection } from '#shared/aggregate/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import type { Recorded } from './append-decision.ts';

export type CommandRequest = {
  readonly stream: StreamId;
  readonly command: Command;
  readonly who: string;
  /** From the caller. A repeat of a command that committed is answered as the first time. */
  readonly commandId?: string;
  /** Of what was sent, by which a repeat is told from a reuse of the id; made of the command when it is left out. */
  readonly payloadHash?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly precondition?: Precondition;
  /**
   * When the command was given out, ISO 8601 UTC. A repeat is recognised back to then, however many other commands the stream
   * has recorded since; without it among the latest {@link COMMAND_WINDOW}.
   */
  readonly issuedAt?: string;
  /**
   * One answer for good, to every copy of the command: a refusal too, and that nothing changes. For whoever acts on a refusal
   * while another copy may still be on its way. Costs one more read, and a transaction when nothing is recorded.
   */
  readonly isFinal?: boolean;
  /** Once it is aborted, requests under way are given up and no other is begun: nobody waits for the answer any longer. */
  readonly signal?: AbortSignal;
};

/** What must hold of the stream's version before the command is looked at; `new` is version 0. */
export type Precondition =
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'exists' }
  | { readonly kind: 'new' };

export type CommandOutcome =
  | Recorded
  /** The command is fine and changes nothing. */
  | { readonly kind: 'unchanged'; readonly version: number }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'precondition-failed'; readonly version: number }
  | { readonly kind: 'command-id-reused' }
  | { readonly kind: 'conflict'; readonly attempts: number };
