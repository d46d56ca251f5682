/** A replay on paper: what caused each commit, then each of its events with what it changed. */
import { inspect } from 'node:util';
import type * as z from 'zod/mini';
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import type { RecordedEvent } from '#shared/event/index.ts';
import { processEvents } from '#shared/process-manager/index.ts';
import type { ReplayStep } from './replay-steps.ts';
import { type StateChange, stateChanges } from './state-changes.ts';

type Colour = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Gives the text back as it is where there are no colours. */
export type Paint = (colour: Colour, text: string) => string;

/** Longer values are cut in the middle of a line; `--json` has them whole. */
const MOST_CHARACTERS = 72;

/** Who asked for what, and what came before it: once for all events of a commit. */
export function causeLines({ context }: RecordedEvent, paint: Paint): string[] {
  const { when, who, why, correlationId, causationId } = context;
  const line = (label: string, text: string) => paint('dim', `  ${label.padEnd(12)} ${text}`);
  return [
    `${paint('bold', when)}  ${why.what} by ${who}`,
    line('command', why.id),
    line('causation', causationId === why.id ? 'the command itself' : causationId),
    line('correlation', correlationId),
  ];
}

/** An event and what it changed. */
export function stepLines(aggregate: AnyAggregate, { event, before, after }: ReplayStep, paint: Paint): string[] {
  const { version, what, effectiveAt, when } = event.context;
  const effective = effectiveAt === when ? '' : paint('dim', `  effective ${effectiveAt}`);
  const changes = stateChanges(before, after);
  return [
    `  ${String(version).padStart(4)}  ${paint('bold', what)}${effective}`,
    `        ${aggregate.events === processEvents ? processLine(event) : short(event.data)}`,
    ...(changes.length === 0 ? [paint('dim', '        the state is unchanged')] : []),
    ...changes.map((change) => changeLine(change, paint)),
  ];
}

/** The whole state, lists cut after their first items. */
export const stateLines = (state: unknown): string[] =>
  inspect(state, { depth: 6, maxArrayLength: 20, maxStringLength: 200, breakLength: 90 })
    .split('\n')
    .map((line) => `  ${line}`);

function changeLine({ path, ...change }: StateChange, paint: Paint): string {
  const place = path === '' ? '' : `${path}  `;
  if (!('before' in change)) return paint('green', `        + ${place}${short(change.after)}`);
  if (!('after' in change)) return paint('red', `        - ${place}${short(change.before)}`);
  const { before, after } = change;
  // A text that only grows is told by what it has grown by.
  const isLonger = typeof before === 'string' && typeof after === 'string' && before !== '' && after.startsWith(before);
  const told = isLonger ? `… + ${short(after.slice(before.length))}` : `${short(before)} → ${short(after)}`;
  return paint('yellow', `        ~ ${place}${told}`);
}

type Data<What extends keyof typeof processEvents> = z.infer<(typeof processEvents)[What]['schema']>;

/** What came in, or what goes out. */
function processLine({ context: { what }, data }: RecordedEvent): string {
  switch (
    what as keyof typeof processEvents // a process records no others
  ) {
    case 'ProcessReacted':
      return `in   ${inputText((data as Data<'ProcessReacted'>).input)}`;
    case 'ProcessCommandSent': {
      const { what: command, category, id, data: payload, commandId } = data as Data<'ProcessCommandSent'>;
      return `out  ${command} to ${category}-${id} ${short(payload)}, command ${commandId.slice(0, 12)}…`;
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

function short(value: unknown): string {
  const text = inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY, compact: true, maxArrayLength: 20 });
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}
