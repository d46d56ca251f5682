/**
 * A process manager as a state machine, found by running it: from each state that it can reach, every event that concerns it,
 * both ends of every command that it has sent, and every deadline that it has set.
 */
import type { RecordedEvent } from '#shared/event/index.ts';
import { type AnyProcessManager, type ProcessInput, type Reaction, react } from '#shared/process-manager/index.ts';
import type { EventExample } from '../projection-lock/event-examples.ts';

type Node = {
  readonly state: unknown;
  /** Names of the commands without an answer, in their order. */
  readonly sent: readonly string[];
  readonly deadlines: readonly string[];
};

type Step = { readonly input: ProcessInput; readonly by: string; readonly left: Node };

/** Far more than a process that somebody can follow has. */
const MAXIMUM_NODES = 500;

/** Mermaid text. Each example of an event is tried with and without what it may leave out. */
export function stateDiagram(processManager: AnyProcessManager, examples: readonly EventExample[]): string {
  const start: Node = { state: processManager.initialState, sent: [], deadlines: [] };
  const events = examples
    .filter(({ what }) => Object.hasOwn(processManager.on, what))
    .flatMap((example) => variants(processManager, example));
  const nodes = new Map([[JSON.stringify(start), start]]);
  const arrows = new Set<string>();
  const name = (node: Node) => (node === start ? '[*]' : labelOf(node));
  for (const node of nodes.values()) {
    for (const { input, by, left } of stepsFrom(node, events)) {
      const reaction = react(processManager, node.state, input);
      const after = nodeAfter(left, reaction);
      const key = JSON.stringify(after);
      if (key === JSON.stringify(node)) continue;
      arrows.add(`  ${name(node)} --> ${reaction.done ? '[*]' : labelOf(after)}: ${by}`);
      if (!reaction.done && !nodes.has(key)) nodes.set(key, after);
      if (nodes.size > MAXIMUM_NODES) throw new Error(`${processManager.name} has more than ${MAXIMUM_NODES} states.`);
    }
  }
  return ['stateDiagram-v2', ...arrows].join('\n');
}

/** The event of an example, and another for each part of its data that its schema does not demand. */
function variants({ events, categories }: AnyProcessManager, { what, data }: EventExample): Step['input'][] {
  const schema = events[what]?.schema;
  const parts = Object.entries(Object(data));
  const fewer = parts.map(([left]) => Object.fromEntries(parts.filter(([part]) => part !== left)));
  const context = { what, stream: `${categories[0]}-1` };
  return [data, ...fewer.filter((one) => schema?.safeParse(one).success)].map((one) => ({
    kind: 'event',
    event: { context, data: one } as RecordedEvent, // all of it that a reaction looks at
  }));
}

function stepsFrom(node: Node, events: readonly ProcessInput[]): Step[] {
  const [next, ...others] = node.sent;
  const answered = { ...node, sent: others };
  const answers: Step[] =
    next === undefined
      ? []
      : [
          {
            input: { kind: 'answer', to: next, answer: { kind: 'recorded', version: 1 } },
            by: `${next} recorded`,
            left: answered,
          },
          {
            input: { kind: 'answer', to: next, answer: { kind: 'rejected', code: 'refused' } },
            by: `${next} rejected`,
            left: answered,
          },
        ];
  return [
    ...events.map((input) => ({ input, by: input.kind === 'event' ? input.event.context.what : '', left: node })),
    ...answers,
    ...node.deadlines.map((deadline) => ({
      input: { kind: 'deadline', name: deadline } as const,
      by: `${deadline} has passed`,
      left: { ...node, deadlines: node.deadlines.filter((one) => one !== deadline) },
    })),
  ];
}

function nodeAfter(left: Node, { state, send = [], deadlines = [] }: Reaction<unknown, string>): Node {
  const set = deadlines.flatMap((one) => ('set' in one ? [one.set] : []));
  const changed = deadlines.map((one) => ('set' in one ? one.set : one.cancel));
  return {
    state,
    sent: [...left.sent, ...send.map(({ command }) => command)],
    deadlines: [...left.deadlines.filter((one) => !changed.includes(one)), ...set],
  };
}

/** What it waits for: answers, or what its state calls it. */
function labelOf({ state, sent }: Node): string {
  if (sent.length > 0) return `${sent.join('_and_').replaceAll('-', '_')}_sent`;
  const { step } = Object(state);
  return typeof step === 'string' ? step : 'waiting';
}
