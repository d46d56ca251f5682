/** A bus that takes events from publishers and gives them to the rules: at least once as a rule, now and then not at all. */
import type { EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { RecordedEvent } from '#shared/event/index.ts';
import { latencyOf, step } from './faulty-step.ts';
import type { Process, Run } from './simulated-function.ts';

export type Rule = {
  readonly name: string;
  readonly source: string;
  readonly categories: readonly string[];
  readonly send: (body: string) => void;
};

export type SimulatedBus = {
  /** The client of a process, of which nothing but `send` is used. */
  clientOf(process: Process): EventBridgeClient;
  addRule(rule: Rule): void;
  /** Ids of the events that it has taken, oldest first. */
  readonly taken: readonly string[];
};

const OUTAGE_MS = 240_000;

export function simulatedBus(run: Run): SimulatedBus {
  const { time, draws, note } = run;
  const rules: Rule[] = [];
  const taken: string[] = [];
  let downUntil = 0;

  function deliver(rule: Rule, { context }: RecordedEvent): void {
    const fault = draws.rare(`rule ${rule.name}`, [
      ['drops', 0.08],
      ['doubles', 0.08],
    ]);
    const name = `version ${context.version} of ${context.stream}`;
    if (fault !== undefined) note('the bus', `FAULT ${fault} the message to ${rule.name}: ${name}`);
    if (fault === 'drops') return;
    for (let copy = fault === 'doubles' ? 2 : 1; copy > 0; copy -= 1) {
      time.after(latencyOf(run, `rule ${rule.name}`), () => rule.send(JSON.stringify(context)));
    }
  }

  function put(entry: PutEventsRequestEntry) {
    if (draws.rare('the bus, entry', [[true, 0.03]])) {
      note('the bus', 'FAULT does not take an entry');
      return { ErrorCode: 'InternalFailure', ErrorMessage: 'on purpose' };
    }
    const event = JSON.parse(entry.Detail ?? '') as RecordedEvent; // as the publisher has written it
    taken.push(event.context.id);
    for (const rule of rules) {
      const isFor = rule.categories.some((category) => event.context.stream.startsWith(`${category}-`));
      if (rule.source === entry.Source && isFor) deliver(rule, event);
    }
    return { EventId: `${taken.length}` };
  }

  function putAll(entries: readonly PutEventsRequestEntry[]) {
    if (draws.rare('the bus, outage', [[true, 0.01]])) {
      downUntil = time.now() + OUTAGE_MS * draws.share('the bus, outage');
      note('the bus', 'FAULT is down for a while');
    }
    if (time.now() < downUntil) throw new Error('the bus is down');
    return { Entries: entries.map(put) };
  }

  return {
    taken,
    addRule: (rule) => void rules.push(rule),
    clientOf: (process) =>
      ({
        send: ({ input: { Entries = [] } }: PutEventsCommand) =>
          step(run, process, {
            what: 'PutEvents',
            detail: Entries.map(({ DetailType }) => DetailType).join(', '),
            perform: () => putAll(Entries),
            isWrite: true,
            failure: () => new Error('the bus does not answer'),
          }),
      }) as unknown as EventBridgeClient,
  };
}
