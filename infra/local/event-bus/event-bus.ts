/** Which targets receive an event that was put on a bus? */
import type { EventBusDefinition, LocalEventBus, Log, Running } from '../ports.ts';
import { startSchedule } from '../schedules/schedule.ts';
import { type Clock, systemClock } from './clock.ts';
import { deliver } from './delivery.ts';
import { type BusEvent, busEvent, scheduledEvent } from './envelope.ts';
import { type CompiledRule, compileRule } from './rule.ts';

/**
 * A bus without rules. `put` returns at once; every delivery then runs by itself, so a slow or failing target delays no other one
 * and no order is promised. `putRule` replaces the rule of the same name and throws an `Error` when the service would refuse it.
 * `stop` ends schedules and pending retries; deliveries under way are not waited for, later events are refused.
 */
export function createEventBus(definition: EventBusDefinition, log: Log, clock: Clock = systemClock): LocalEventBus {
  const rules = new Map<string, CompiledRule>();
  const schedules = new Map<string, Running>();
  const stopping = new AbortController();

  const send = ({ definition: rule, targets }: CompiledRule, { envelope, text }: BusEvent, ingestedAt: Date): void => {
    const context = { ruleName: rule.name, ruleArn: rule.arn, ingestedAt };
    for (const { target, inputOf } of targets) {
      const input = inputOf(envelope, text, context);
      const source = `${rule.name} -> ${target.id}`;
      void deliver({ ruleArn: rule.arn, target, input, clock, log, source, signal: stopping.signal });
    }
  };
  const schedule = (compiled: CompiledRule, expression: string): Running =>
    startSchedule(
      {
        name: compiled.definition.name,
        expression,
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
      rules.set(rule.name, compiled);
    },
    rule: (name) => rules.get(name)?.definition,
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
