/** An event that is put on a bus reaches the targets of every rule that it matches. */
import type { Running } from '../../engine/boot/cleanup.ts';
import { type Clock, systemClock } from '../../engine/local-clock.ts';
import type { Log } from '../../engine/log.ts';
import type { TellNextRun } from '../../engine/next-runs.ts';
import { type BusEntry, type BusEvent, busEvent, scheduledEvent } from './bus-event.ts';
import { type CompiledRule, compileRule, type RuleDefinition } from './rule.ts';
import { startRuleSchedule } from './rule-schedule.ts';
import { deliver } from './target-delivery.ts';

export type EventBusDefinition = { readonly name: string; readonly arn: string };

export type LocalEventBus = {
  readonly name: string;
  readonly arn: string;
  putRule(rule: RuleDefinition): void;
  rule(name: string): RuleDefinition | undefined;
  rules(): readonly RuleDefinition[];
  /** Accepts an entry that was checked before, gives its id and delivers it to every matching rule in the background. */
  put(entry: BusEntry): { eventId: string };
  stop(): Promise<void>;
};

/**
 * A bus without rules. `put` returns at once; every delivery then runs by itself, so a slow or failing target delays no other one
 * and no order is promised. `putRule` replaces the rule of the same name and throws an `Error` when the service would refuse it.
 * `stop` ends schedules and pending retries; deliveries under way are not waited for, later events are refused.
 */
export function createEventBus(
  definition: EventBusDefinition,
  log: Log,
  clock: Clock = systemClock,
  random: () => number = Math.random,
  tellNext: TellNextRun = () => {},
): LocalEventBus {
  const rules = new Map<string, CompiledRule>();
  const schedules = new Map<string, Running>();
  const stopping = new AbortController();

  const send = ({ definition: rule, targets }: CompiledRule, { envelope, text }: BusEvent, ingestedAt: Date): void => {
    const context = { ruleName: rule.name, ruleArn: rule.arn, ingestedAt };
    for (const { target, inputOf } of targets) {
      const input = inputOf(envelope, text, context);
      const source = `${rule.name} -> ${target.id}`;
      void deliver({ ruleArn: rule.arn, target, input, clock, random, log, source, signal: stopping.signal });
    }
  };
  const schedule = (compiled: CompiledRule, expression: string): Running =>
    startRuleSchedule(
      {
        name: compiled.definition.name,
        expression,
        tellNext: (time) => tellNext(compiled.definition.arn, compiled.definition.name, time),
        deliver: (time) => send(compiled, scheduledEvent(compiled.definition.arn, definition.arn, time), time),
        log,
      },
      clock,
    );

  return {
    name: definition.name,
    arn: definition.arn,
    putRule(rule) {
      const compiled = compileRule(rule, definition);
      const started = rule.schedule !== undefined && rule.enabled ? schedule(compiled, rule.schedule) : undefined;
      void schedules.get(rule.name)?.stop();
      schedules.delete(rule.name);
      if (started) schedules.set(rule.name, started);
      else if (rule.schedule !== undefined) tellNext(rule.arn, rule.name, undefined);
      rules.set(rule.name, compiled);
    },
    rule: (name) => rules.get(name)?.definition,
    rules: () => [...rules.values()].map(({ definition }) => definition),
    put(entry) {
      if (stopping.signal.aborted) throw new Error(`Event bus ${definition.name} is stopped.`);
      const ingestedAt = new Date(clock.now());
      const event = busEvent(entry, definition.arn, ingestedAt);
      for (const rule of rules.values()) {
        if (rule.definition.enabled && rule.matches(event.envelope)) send(rule, event, ingestedAt);
      }
      return { eventId: event.envelope.id };
    },
    async stop() {
      stopping.abort();
      await Promise.all([...schedules.values()].map((running) => running.stop()));
    },
  };
}
