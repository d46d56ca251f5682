/** What a process records, and what there is of it after that. */
import * as z from 'zod/mini';
import type { DomainEvent } from '#shared/event/index.ts';

const answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('recorded'), version: z.int() }),
  z.object({ kind: z.literal('unchanged'), version: z.int() }),
  z.object({ kind: z.literal('rejected'), code: z.string() }),
]);

/** What came in, as it is recorded: an event is named, since its content is in its own stream. */
export const input = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), what: z.string(), stream: z.string(), version: z.int() }),
  z.object({ kind: z.literal('answer'), to: z.string(), commandId: z.string(), answer }),
  z.object({ kind: z.literal('deadline'), name: z.string(), key: z.string() }),
]);

export const outstanding = z.object({
  /** Of the command, the same for every copy. */
  commandId: z.string(),
  /** Under which the process manager sends it. */
  name: z.string(),
  category: z.string(),
  what: z.string(),
  context: z.optional(z.string()),
  id: z.string(),
  data: z.unknown(),
});

export const deadline = z.object({ name: z.string(), at: z.string(), key: z.string() });

export const processEvents = {
  ProcessReacted: {
    meaning: 'A process has taken an event, an answer or a deadline, and this is its state after it.',
    schema: z.object({ input, state: z.unknown() }),
  },
  ProcessCommandSent: { meaning: 'A process asks for a command to be carried out.', schema: outstanding },
  ProcessDeadlineSet: { meaning: 'A process wants to be told when a time has passed.', schema: deadline },
  ProcessDeadlineCancelled: { meaning: 'A deadline no longer counts.', schema: z.object({ name: z.string() }) },
  ProcessEnded: { meaning: 'Nothing changes the process any more.', schema: z.object({}) },
};

/** A command that was sent and not answered; `sentAt` is when it was recorded. */
export type Outstanding = z.infer<typeof outstanding> & { readonly sentAt: string };
export type PendingDeadline = z.infer<typeof deadline>;

/** What there is of a process. */
export type ProcessState = {
  readonly state: unknown;
  /** In the order in which they are carried out. */
  readonly outstanding: readonly Outstanding[];
  readonly deadlines: readonly PendingDeadline[];
  readonly hasEnded: boolean;
};

/** Of the stream of a process: it records no other events. */
export function evolve(process: ProcessState, { what, data, effectiveAt: sentAt = '' }: DomainEvent): ProcessState {
  switch (
    what as keyof typeof processEvents // a process records no others
  ) {
    case 'ProcessReacted': {
      const { input: came, state } = data as z.infer<typeof processEvents.ProcessReacted.schema>;
      return {
        ...process,
        state,
        outstanding: process.outstanding.filter((one) => came.kind !== 'answer' || one.commandId !== came.commandId),
        deadlines: process.deadlines.filter((one) => came.kind !== 'deadline' || one.key !== came.key),
      };
    }
    case 'ProcessCommandSent':
      return {
        ...process,
        outstanding: [...process.outstanding, { ...(data as z.infer<typeof outstanding>), sentAt }],
      };
    case 'ProcessDeadlineSet': {
      const set = data as PendingDeadline;
      return { ...process, deadlines: [...without(process.deadlines, set.name), set] };
    }
    case 'ProcessDeadlineCancelled':
      return { ...process, deadlines: without(process.deadlines, (data as { readonly name: string }).name) };
    case 'ProcessEnded':
      return { ...process, deadlines: [], hasEnded: true };
  }
}

const without = (deadlines: readonly PendingDeadline[], name: string) => deadlines.filter((one) => one.name !== name);
