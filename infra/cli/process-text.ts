/** What came into a process and what goes out of it, in words, as its stream tells it. */
import type * as z from 'zod/mini';
import type { RecordedEvent } from '#shared/event/index.ts';
import { processEvents } from '#shared/process-manager/index.ts';

type Data<What extends keyof typeof processEvents> = z.infer<(typeof processEvents)[What]['schema']>;

/** Of an event of a process's own stream. */
export function processText({ context: { what }, data }: RecordedEvent): string {
  switch (
    what as keyof typeof processEvents // a process records no others
  ) {
    case 'ProcessReacted':
      return `in   ${inputText((data as Data<'ProcessReacted'>).input)}`;
    case 'ProcessCommandSent': {
      const { what: command, category, id } = data as Data<'ProcessCommandSent'>;
      return `out  ${command} to ${category}-${id}`;
    }
    case 'ProcessDeadlineSet': {
      const { name, at } = data as Data<'ProcessDeadlineSet'>;
      return `out  the deadline ${name} is set to ${at}`;
    }
    case 'ProcessDeadlineCancelled':
      return `out  the deadline ${(data as Data<'ProcessDeadlineCancelled'>).name} is cancelled`;
    case 'ProcessEnded':
      return 'out  nothing any more: the process has ended';
  }
}

function inputText(input: Data<'ProcessReacted'>['input']): string {
  switch (input.kind) {
    case 'event':
      return `${input.what}, version ${input.version} of ${input.stream}`;
    case 'answer': {
      const { answer } = input;
      const told =
        answer.kind === 'rejected' ? `rejected, ${answer.code}` : `${answer.kind}, version ${answer.version}`;
      return `the answer to ${input.to}: ${told}`;
    }
    case 'deadline':
      return `the deadline ${input.name} has passed`;
  }
}

/** Whether an aggregate's streams are processes. */
export const isProcess = ({ events }: { readonly events: object }): boolean => events === processEvents;

/** What a command that goes out carries, and its id. */
export function sentCommand({ context, data }: RecordedEvent): { payload: unknown; commandId: string } | undefined {
  if (context.what !== 'ProcessCommandSent') return undefined;
  const { data: payload, commandId } = data as Data<'ProcessCommandSent'>;
  return { payload, commandId };
}
