/** A rule as EventBridge would accept it on its bus, ready to run. */
import type { LocalQueue } from '../sqs/queue.ts';
import type { Envelope } from './bus-event.ts';
import { compileInput, type TargetInput } from './input-transformer.ts';
import { compilePattern } from './pattern/pattern.ts';

export type RuleTarget = TargetInput & {
  readonly arn: string;
  /** Delivers to the function or the queue that has the ARN. */
  readonly deliver: (input: string) => Promise<void>;
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeSeconds?: number;
  readonly deadLetterQueue?: LocalQueue;
};

export type RuleDefinition = {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly pattern?: unknown;
  /** `rate(...)` or `cron(...)` in UTC; on the default bus only. */
  readonly schedule?: string;
  readonly targets: readonly RuleTarget[];
};

/** A rule ready to run. A rule with only a schedule matches no event. */
export type CompiledRule = {
  readonly definition: RuleDefinition;
  matches(event: Envelope): boolean;
  readonly targets: readonly { readonly target: RuleTarget; readonly inputOf: ReturnType<typeof compileInput> }[];
};

/** Quotas of EventBridge for one rule. */
const MOST_TARGETS = 5;
const LONGEST_PATTERN = 2048;

export const SCHEDULE_NEEDS_DEFAULT_BUS = 'ScheduleExpression is supported only on the default event bus.';

/** Throws an `Error` that names the rule and the bus and says what the service would refuse. */
export function compileRule(definition: RuleDefinition, bus: { readonly name: string }): CompiledRule {
  try {
    return compiled(definition, bus);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Rule ${definition.name} on bus ${bus.name}: ${reason}`, { cause: error });
  }
}

function compiled(definition: RuleDefinition, bus: { readonly name: string }): CompiledRule {
  const { pattern, schedule, targets } = definition;
  if (pattern === undefined && schedule === undefined) {
    throw new Error('At least one of EventPattern or ScheduleExpression is required.');
  }
  if (schedule !== undefined && bus.name !== 'default') {
    throw new Error(SCHEDULE_NEEDS_DEFAULT_BUS);
  }
  if (targets.length > MOST_TARGETS) throw new Error(`${targets.length} targets, at most ${MOST_TARGETS} are allowed.`);
  for (const target of targets) checkTarget(target);
  if (patternText(definition).length > LONGEST_PATTERN) {
    throw new Error(`The event pattern is longer than ${LONGEST_PATTERN} characters.`);
  }
  return {
    definition,
    matches: pattern === undefined ? () => false : compilePattern(pattern),
    targets: targets.map((target) => ({ target, inputOf: compileInput(target) })),
  };
}

/** The pattern as JSON text, empty when the rule has none. */
export function patternText({ pattern }: RuleDefinition): string {
  if (pattern === undefined) return '';
  return typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
}

function checkTarget(target: RuleTarget): void {
  checkRange(target, 'MaximumRetryAttempts', target.maximumRetryAttempts, 0, 185);
  checkRange(target, 'MaximumEventAgeInSeconds', target.maximumEventAgeSeconds, 60, 86_400);
  if (target.deadLetterQueue?.fifo) {
    throw new Error(
      `Target ${target.id}: the dead-letter queue ${target.deadLetterQueue.name} must be a standard queue.`,
    );
  }
}

function checkRange(target: RuleTarget, name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw new Error(`Target ${target.id}: ${name} is ${value}, it must be a whole number from ${least} to ${most}.`);
}
