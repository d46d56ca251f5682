/** A replay on paper: what caused each commit, then each of its events with what it changed. */
import { inspect } from 'node:util';
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import type { RecordedEvent } from '#shared/event/index.ts';
import { isProcess, processText, sentCommand } from '../process-text.ts';
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
    `        ${isProcess(aggregate) ? outsideText(event) : short(event.data)}`,
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

/** With what a command carries, and the beginning of its id: the target's commit has it too. */
function outsideText(event: RecordedEvent): string {
  const sent = sentCommand(event);
  const text = processText(event);
  return sent === undefined ? text : `${text} ${short(sent.payload)}, command ${sent.commandId.slice(0, 12)}…`;
}

function short(value: unknown): string {
  const text = inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY, compact: true, maxArrayLength: 20 });
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}
