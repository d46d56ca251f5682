/** What tests of the bus need besides it: a clock they turn, a log they read, targets that answer as told. */
import type { Clock } from '../../../../../infra/local/engine/local-clock.ts';
import type { Log } from '../../../../../infra/local/engine/log.ts';
import type { RuleDefinition, RuleTarget } from '../../../../../infra/local/services/eventbridge/rule.ts';
import { createQueue } from '../../../../../infra/local/services/sqs/local-queue.ts';

/** A clock that moves only when `advance` is called. */
export function manualClock(start = '2026-03-01T10:00:00.750Z') {
  let now = Date.parse(start);
  const waiting = new Set<{ readonly at: number; readonly run: () => void }>();
  const waits: number[] = [];
  const clock: Clock = {
    now: () => now,
    at(time, run) {
      waits.push(time - now);
      const entry = { at: time, run };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
  };
  /** Lets everything run that can run now. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    clock,
    /** Every wait that was asked for, in milliseconds. */
    waits,
    pending: () => waiting.size,
    settle,
    /** Moves on and wakes nobody, as a machine that is suspended does. */
    sleep(milliseconds: number): void {
      now += milliseconds;
    },
    /** Moves on, waking whatever falls due on the way in order. */
    async advance(milliseconds: number): Promise<void> {
      const end = now + milliseconds;
      for (;;) {
        await settle();
        const next = [...waiting].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        now = Math.max(now, next.at);
        waiting.delete(next);
        next.run();
      }
      now = end;
      await settle();
    },
  };
}

export function recordedLog() {
  const lines: string[] = [];
  const log: Log = (level, source, line) => lines.push(`${level} ${source}: ${line}`);
  return { log, lines };
}

/** A target that fails as often as told, then accepts. */
export function target(
  id: string,
  options: Partial<RuleTarget> & { readonly failures?: number; readonly error?: Error } = {},
) {
  const { failures = 0, error = new Error('refused'), ...settings } = options;
  const received: string[] = [];
  let attempts = 0;
  const definition: RuleTarget = {
    id,
    arn: `arn:target/${id}`,
    deliver: async (input) => {
      attempts += 1;
      if (attempts <= failures) throw error;
      received.push(input);
    },
    ...settings,
  };
  return { definition, received, attempts: () => attempts };
}

export function rule(
  name: string,
  targets: readonly { definition: RuleTarget }[],
  overrides: Partial<RuleDefinition> = {},
): RuleDefinition {
  return {
    name,
    arn: `arn:rule/${name}`,
    enabled: true,
    pattern: { source: ['accounts'] },
    targets: targets.map(({ definition }) => definition),
    ...overrides,
  };
}

/** A queue for what could not be delivered; a broken one takes nothing. */
export function deadLetters(options: { readonly fifo?: boolean; readonly broken?: boolean } = {}) {
  const real = createQueue({
    name: 'dead',
    arn: 'arn:aws:sqs:eu-west-1:000000000000:dead',
    url: 'http://127.0.0.1/000000000000/dead',
    fifo: options.fifo ?? false,
    visibilityTimeoutMs: 30_000,
    delayMs: 0,
    retentionMs: 345_600_000,
    receiveWaitMs: 0,
  });
  const refuse = (): never => {
    throw new Error('queue is gone');
  };
  return {
    queue: options.broken ? { ...real, send: refuse } : real,
    /** Takes what has arrived: body and the text of each attribute. */
    async received(): Promise<{ body: string; attributes: Record<string, string | undefined> }[]> {
      const messages = await real.receive({ max: 10, waitMs: 0 });
      return messages.map(({ body, messageAttributes }) => ({
        body,
        attributes: Object.fromEntries(
          Object.entries(messageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
        ),
      }));
    },
  };
}
