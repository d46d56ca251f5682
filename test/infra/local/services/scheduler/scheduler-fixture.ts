/** A scheduler on a clock that tests turn, with queues, a bus and functions that remember what reached them. */
import type { Faults } from '../../../../../infra/local/engine/chaos/faults.ts';
import type { Directory } from '../../../../../infra/local/services/destinations.ts';
import { createEventBus } from '../../../../../infra/local/services/eventbridge/event-bus.ts';
import type { LocalFunction } from '../../../../../infra/local/services/lambda/lambda-function.ts';
import { createScheduler } from '../../../../../infra/local/services/scheduler/local-scheduler.ts';
import type { Schedule } from '../../../../../infra/local/services/scheduler/schedule-properties.ts';
import { createQueue } from '../../../../../infra/local/services/sqs/local-queue.ts';
import type { LocalQueue } from '../../../../../infra/local/services/sqs/queue.ts';
import { manualClock, recordedLog, rule, target } from '../eventbridge/bus-fixtures.ts';
import { aQueue } from '../sqs/a-queue.ts';

export const HERE = { account: '000000000000', region: 'eu-west-1' };
export const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:000000000000:orders';
export const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:handle';
export const BUS_ARN = 'arn:aws:events:eu-west-1:000000000000:event-bus/default';
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/calls';
export const DEAD_ARN = 'arn:aws:sqs:eu-west-1:000000000000:dead';

/** To a queue, in no window, with every default; `changes` go over it, those of the target over the target. */
export function aSchedule(
  changes: Partial<Omit<Schedule, 'Target'>> & { Target?: Partial<Schedule['Target']> } = {},
): Schedule {
  return {
    Name: 'reminder',
    GroupName: 'default',
    ScheduleExpression: 'rate(1 hour)',
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    ActionAfterCompletion: 'NONE',
    ...changes,
    Target: { Arn: QUEUE_ARN, RoleArn: ROLE_ARN, ...changes.Target },
  };
}

/** How a function answers an asynchronous invocation: it accepts, or rejects as told. */
type Accept = (event: unknown) => Promise<void>;

export function startedScheduler(
  options: {
    start?: string;
    random?: () => number;
    faults?: Faults;
    accept?: Accept;
    queues?: readonly LocalQueue[];
  } = {},
) {
  const time = manualClock(options.start ?? '2026-03-01T10:00:00.000Z');
  const { log, lines } = recordedLog();
  const at = () => new Date(time.clock.now()).toISOString();
  const invoked: { at: string; event: unknown }[] = [];
  const sent: { at: string; body: string; groupId: string | undefined }[] = [];
  const queue = createQueue(aQueue(), time.clock);
  const recording: LocalQueue = {
    ...queue,
    send(message) {
      sent.push({ at: at(), body: message.body, groupId: message.groupId });
      return queue.send(message);
    },
  };
  const dead = createQueue(aQueue({ name: 'dead' }), time.clock);
  const handle: LocalFunction = {
    name: 'handle',
    arn: FUNCTION_ARN,
    timeoutMs: 3_000,
    invoke: async () => ({ ok: true, payload: null }),
    async invokeAsync(event) {
      invoked.push({ at: at(), event });
      await options.accept?.(event);
    },
    stop: async () => {},
  };
  const directory: Directory = {
    functions: new Map([[FUNCTION_ARN, { ...handle, qualified: new Map([['live', handle]]) }]]),
    topics: new Map(),
    queues: new Map([recording, dead, ...(options.queues ?? [])].map((each) => [each.arn, each])),
  };
  const bus = createEventBus({ name: 'default', arn: BUS_ARN }, log, time.clock);
  const put = target('all');
  bus.putRule(rule('all', [put], { pattern: { version: ['0'] } }));
  const next: Record<string, string | null> = {};
  const scheduler = createScheduler({
    directory,
    buses: new Map([[BUS_ARN, bus]]),
    log,
    clock: time.clock,
    random: options.random ?? (() => 0.5),
    faults: options.faults,
    tellNext(_, name, due) {
      if (due === 'gone') delete next[name];
      else next[name] = due === undefined ? null : new Date(due).toISOString();
    },
  });
  return {
    scheduler,
    time,
    lines,
    invoked,
    sent,
    /** Texts of the events that reached the bus. */
    put: put.received,
    next,
    names: () => scheduler.schedules(HERE).map(({ schedule }) => schedule.Name),
    /** What is in the dead-letter queue: body and the text of each attribute. */
    async deadLetters() {
      const messages = await dead.receive({ max: 10, waitMs: 0 });
      return messages.map(({ body, messageAttributes }) => ({
        body: JSON.parse(body),
        attributes: Object.fromEntries(
          Object.entries(messageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
        ),
      }));
    },
  };
}
