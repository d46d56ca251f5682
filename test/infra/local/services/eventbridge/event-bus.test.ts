/** Events reach the targets they are for, and only those, whatever a target does. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BusEntry } from '../../../../../infra/local/services/eventbridge/bus-event.ts';
import { createEventBus, type LocalEventBus } from '../../../../../infra/local/services/eventbridge/event-bus.ts';
import { deadLetters, manualClock, recordedLog, rule, target } from './bus-fixtures.ts';

const entry: BusEntry = { source: 'accounts', detailType: 'AccountOpened', detail: '{"id":"a-1","amount":1.0}' };
const named = (name: string, error = new Error('no')): Error => Object.assign(error, { name });

let bus: LocalEventBus | undefined;
afterEach(() => bus?.stop());

function start(name = 'orders') {
  const time = manualClock();
  const { log, lines } = recordedLog();
  const started = createEventBus(
    { name, arn: `arn:aws:events:eu-west-1:000000000000:event-bus/${name}` },
    log,
    time.clock,
    () => 0.5,
  );
  bus = started;
  return { bus: started, time, lines };
}

describe('an event that is put', () => {
  it('reaches its target in an envelope, with its detail untouched', async () => {
    const { bus, time } = start();
    const seen = target('t');
    bus.putRule(rule('r', [seen]));
    const { eventId } = bus.put({ ...entry, resources: ['arn:x'] });
    await time.settle();
    expect(seen.received).toHaveLength(1);
    expect(seen.received[0]).toContain('"detail":{"id":"a-1","amount":1.0}');
    expect(JSON.parse(seen.received[0] ?? '')).toEqual({
      version: '0',
      id: eventId,
      'detail-type': 'AccountOpened',
      source: 'accounts',
      account: '000000000000',
      time: '2026-03-01T10:00:00Z',
      region: 'eu-west-1',
      resources: ['arn:x'],
      detail: { id: 'a-1', amount: 1 },
    });
  });

  it('carries its own time in whole seconds, and no resources when it has none', async () => {
    const { bus, time } = start();
    const seen = target('t');
    bus.putRule(rule('r', [seen]));
    bus.put({ ...entry, time: new Date('2020-02-29T23:59:59.999Z') });
    await time.settle();
    expect(JSON.parse(seen.received[0] ?? '')).toMatchObject({ time: '2020-02-29T23:59:59Z', resources: [] });
  });

  it('gets an id of its own each time', () => {
    const { bus } = start();
    expect(bus.put(entry).eventId).not.toBe(bus.put(entry).eventId);
  });

  it('is handed over without waiting for time to pass', () => {
    const { bus, time } = start();
    const seen = target('t');
    bus.putRule(rule('r', [seen]));
    bus.put(entry);
    expect(seen.attempts()).toBe(1);
    expect(time.waits).toEqual([]);
  });

  it('reaches every target of every enabled rule that matches', async () => {
    const { bus, time } = start();
    const [a, b, c, off, other] = ['a', 'b', 'c', 'off', 'other'].map((id) => target(id));
    if (!a || !b || !c || !off || !other) throw new Error('five targets');
    bus.putRule(rule('one', [a, b]));
    bus.putRule(rule('two', [c], { pattern: '{"detail":{"amount":[1]}}' }));
    bus.putRule(rule('off', [off], { enabled: false }));
    bus.putRule(rule('other', [other], { pattern: { source: ['parcels'] } }));
    bus.put(entry);
    await time.settle();
    expect([a, b, c, off, other].map((t) => t.received.length)).toEqual([1, 1, 1, 0, 0]);
  });

  it('is transformed for each target by itself', async () => {
    const { bus, time } = start();
    const part = target('part', { inputPath: '$.detail.id' });
    const filled = target('filled', {
      inputTransformer: {
        paths: { id: '$.detail.id' },
        template: '{"id": <id>, "rule": <aws.events.rule-name>, "at": <aws.events.event.ingestion-time>}',
      },
    });
    bus.putRule(rule('r', [part, filled]));
    bus.put({ ...entry, time: new Date(0) });
    await time.settle();
    expect(part.received).toEqual(['"a-1"']);
    expect(filled.received).toEqual(['{"id": "a-1", "rule": "r", "at": "2026-03-01T10:00:00Z"}']);
  });

  it('is not held up by a target that never answers', async () => {
    const { bus, time } = start();
    const stuck = target('stuck', { deliver: () => new Promise(() => {}) });
    const quick = target('quick');
    bus.putRule(rule('r', [stuck, quick]));
    bus.put(entry);
    bus.put(entry);
    await time.settle();
    expect(quick.received).toHaveLength(2);
  });

  it('reaches the other targets when one throws at once', async () => {
    const { bus, time } = start();
    const thrower = target('thrower', {
      deliver: () => {
        throw new Error('at once');
      },
    });
    const quick = target('quick');
    bus.putRule(rule('r', [thrower, quick]));
    expect(() => bus.put(entry)).not.toThrow();
    await time.settle();
    expect(quick.received).toHaveLength(1);
  });

  it('follows a rule that was put again', async () => {
    const { bus, time } = start();
    const [old, now] = [target('old'), target('now')];
    bus.putRule(rule('r', [old]));
    bus.putRule(rule('r', [now]));
    bus.put(entry);
    await time.settle();
    expect([old.received.length, now.received.length]).toEqual([0, 1]);
    expect(bus.rule('r')?.targets[0]?.id).toBe('now');
    expect(bus.rule('unknown')).toBeUndefined();
  });
});

describe('a delivery that fails', () => {
  it('is tried again until the target accepts, after waits that grow to eight minutes', async () => {
    const { bus, time } = start();
    const flaky = target('t', { failures: 12 });
    bus.putRule(rule('r', [flaky]));
    bus.put(entry);
    await time.advance(2 * 3_600_000);
    expect(flaky.received).toHaveLength(1);
    expect(time.waits).toEqual([
      750, 1500, 3000, 6000, 12_000, 24_000, 48_000, 96_000, 192_000, 360_000, 360_000, 360_000,
    ]);
  });

  it('delays neither the other targets nor later events', async () => {
    const { bus, time } = start();
    const failing = target('failing', { failures: 1 });
    const steady = target('steady');
    bus.putRule(rule('r', [failing, steady]));
    bus.put(entry);
    bus.put(entry);
    await time.settle();
    expect([failing.received.length, steady.received.length]).toEqual([1, 2]);
  });

  it('goes to the dead-letter queue after the retries of its rule', async () => {
    const { bus, time, lines } = start();
    const dead = deadLetters();
    const failing = target('t', {
      failures: 99,
      maximumRetryAttempts: 2,
      deadLetterQueue: dead.queue,
      inputPath: '$.detail.id',
    });
    bus.putRule(rule('r', [failing]));
    bus.put(entry);
    await time.advance(3_600_000);
    expect(failing.attempts()).toBe(3);
    expect(await dead.received()).toEqual([
      {
        body: '"a-1"',
        attributes: {
          RULE_ARN: 'arn:rule/r',
          TARGET_ARN: 'arn:target/t',
          ERROR_CODE: 'ERROR_FROM_TARGET',
          ERROR_MESSAGE: 'refused',
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
          RETRY_ATTEMPTS: '2',
        },
      },
    ]);
    expect(lines.at(-1)).toBe('warn r -> t: event moved to dead (ERROR_FROM_TARGET: refused; 2 retries)');
  });

  it('goes there at once when no retry is allowed', async () => {
    const { bus, time } = start();
    const dead = deadLetters();
    bus.putRule(rule('r', [target('t', { failures: 9, maximumRetryAttempts: 0, deadLetterQueue: dead.queue })]));
    bus.put(entry);
    await time.settle();
    const [letter] = await dead.received();
    expect(letter?.attributes).toMatchObject({
      RETRY_ATTEMPTS: '0',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
  });

  it('goes there when the event is too old for another try', async () => {
    const { bus, time } = start();
    const dead = deadLetters();
    const failing = target('t', { failures: 99, maximumEventAgeSeconds: 60, deadLetterQueue: dead.queue });
    bus.putRule(rule('r', [failing]));
    bus.put(entry);
    await time.advance(3_600_000);
    expect(failing.attempts()).toBe(7);
    const [letter] = await dead.received();
    expect(letter?.attributes).toMatchObject({
      RETRY_ATTEMPTS: '6',
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
    });
  });

  it('is given up within a day and 185 retries when the rule sets nothing', async () => {
    const { bus, time } = start();
    const dead = deadLetters();
    const failing = target('t', { failures: 999, deadLetterQueue: dead.queue });
    bus.putRule(rule('r', [failing]));
    bus.put(entry);
    await time.advance(25 * 3_600_000);
    expect(await dead.received()).toHaveLength(1);
    expect(failing.attempts()).toBe(186);
    expect(time.pending()).toBe(0);
  });

  it.each([
    ['ResourceNotFoundException', 'NO_RESOURCE'],
    ['QueueDoesNotExist', 'NO_RESOURCE'],
    ['AccessDeniedException', 'NO_PERMISSIONS'],
    ['InvalidMessageContents', 'INVALID_PARAMETER'],
  ])('with %s is not tried again (%s)', async (name, code) => {
    const { bus, time } = start();
    const dead = deadLetters();
    const failing = target('t', { failures: 9, error: named(name), deadLetterQueue: dead.queue });
    bus.putRule(rule('r', [failing]));
    bus.put(entry);
    await time.advance(3_600_000);
    expect(failing.attempts()).toBe(1);
    const [letter] = await dead.received();
    expect(letter?.attributes).toMatchObject({ ERROR_CODE: code, RETRY_ATTEMPTS: '0' });
    expect(letter?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it.each([
    ['TooManyRequestsException', 'THROTTLING'],
    ['TimeoutError', 'TIMEOUT'],
  ])('with %s is retried and named %s', async (name, code) => {
    const { bus, time } = start();
    const dead = deadLetters();
    const failing = target('t', {
      failures: 9,
      error: named(name, new Error('')),
      maximumRetryAttempts: 1,
      deadLetterQueue: dead.queue,
    });
    bus.putRule(rule('r', [failing]));
    bus.put(entry);
    await time.advance(3_600_000);
    expect(failing.attempts()).toBe(2);
    const [letter] = await dead.received();
    expect(letter?.attributes.ERROR_CODE).toBe(code);
    expect(letter?.attributes).not.toHaveProperty('ERROR_MESSAGE');
  });

  it('goes to the dead-letter queue whatever its error says', async () => {
    const { bus, time } = start();
    const dead = deadLetters();
    const error = new Error(`\u0000odd \ud800${'x'.repeat(5000)}`);
    bus.putRule(rule('r', [target('t', { failures: 9, error, maximumRetryAttempts: 0, deadLetterQueue: dead.queue })]));
    bus.put(entry);
    await time.settle();
    const [letter] = await dead.received();
    expect(letter?.attributes.ERROR_MESSAGE).toMatch(/^ odd {2}x{1018}$/);
  });

  it('to a queue that refuses the message is not tried again', async () => {
    const { bus, time } = start();
    const [fifo, dead] = [deadLetters({ fifo: true }), deadLetters()];
    const deliver = async (body: string): Promise<void> => void fifo.queue.send({ body });
    bus.putRule(rule('r', [target('t', { deliver, deadLetterQueue: dead.queue })]));
    bus.put(entry);
    await time.settle();
    const [letter] = await dead.received();
    expect(letter?.attributes).toMatchObject({ ERROR_CODE: 'INVALID_PARAMETER', RETRY_ATTEMPTS: '0' });
  });

  it('is dropped with a warning when the target has no dead-letter queue', async () => {
    const { bus, time, lines } = start();
    bus.putRule(rule('r', [target('t', { failures: 9, maximumRetryAttempts: 0 })]));
    bus.put(entry);
    await time.settle();
    expect(lines).toEqual([
      'warn r -> t: event dropped (ERROR_FROM_TARGET: refused; 0 retries); the target has no dead-letter queue',
    ]);
  });

  it('is reported lost when the dead-letter queue refuses it', async () => {
    const { bus, time, lines } = start();
    const dead = deadLetters({ broken: true });
    bus.putRule(rule('r', [target('t', { failures: 9, maximumRetryAttempts: 0, deadLetterQueue: dead.queue })]));
    bus.put(entry);
    await time.settle();
    expect(lines).toEqual([
      expect.stringMatching(/^error r -> t: event lost .* dead refused it: Error: queue is gone$/),
    ]);
  });
});

describe('a bus that is stopped', () => {
  it('cancels pending retries, says what is lost and refuses later events', async () => {
    const { bus, time, lines } = start();
    const dead = deadLetters();
    const failing = target('t', { failures: 9, deadLetterQueue: dead.queue });
    bus.putRule(rule('r', [failing]));
    bus.put(entry);
    await time.settle();
    await bus.stop();
    await time.advance(3_600_000);
    expect(failing.attempts()).toBe(1);
    expect(await dead.received()).toEqual([]);
    expect(lines.at(-1)).toBe('warn r -> t: stopped before an event was delivered; it is lost');
    expect(() => bus.put(entry)).toThrow('Event bus orders is stopped.');
  });

  it('neither retries nor dead-letters a delivery that fails after it', async () => {
    const { bus, time, lines } = start();
    const dead = deadLetters();
    const late = Promise.withResolvers<void>();
    const slow = target('t', { deliver: () => late.promise, maximumRetryAttempts: 0, deadLetterQueue: dead.queue });
    bus.putRule(rule('r', [slow]));
    bus.put(entry);
    await bus.stop();
    late.reject(new Error('too late'));
    await time.settle();
    expect(await dead.received()).toEqual([]);
    expect(lines).toEqual(['warn r -> t: stopped before an event was delivered; it is lost']);
  });

  it('leaves no timer behind with the clock of the system', async () => {
    vi.useFakeTimers();
    try {
      const real = createEventBus({ name: 'real', arn: 'arn:bus/real' }, () => {});
      real.putRule(rule('r', [target('t', { failures: 9 })]));
      real.put(entry);
      await vi.advanceTimersByTimeAsync(0);
      expect(vi.getTimerCount()).toBe(1);
      await real.stop();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a rule', () => {
  it.each([
    [
      'an invalid pattern',
      rule('r', [], { pattern: { source: 'accounts' } }),
      'Event pattern is not valid. Reason: "source" must be an object or an array',
    ],
    [
      'neither pattern nor schedule',
      rule('r', [], { pattern: undefined }),
      'At least one of EventPattern or ScheduleExpression is required.',
    ],
    [
      'a pattern above 2,048 characters',
      rule('r', [], { pattern: { source: ['x'.repeat(2048)] } }),
      'longer than 2048 characters',
    ],
    [
      'six targets',
      rule(
        'r',
        [1, 2, 3, 4, 5, 6].map((n) => target(`t${n}`)),
      ),
      '6 targets, at most 5 are allowed.',
    ],
    [
      'too many retries',
      rule('r', [target('t', { maximumRetryAttempts: 186 })]),
      'MaximumRetryAttempts is 186, it must be a whole number from 0 to 185.',
    ],
    ['too small an age', rule('r', [target('t', { maximumEventAgeSeconds: 59 })]), 'MaximumEventAgeInSeconds is 59'],
    [
      'a FIFO dead-letter queue',
      rule('r', [target('t', { deadLetterQueue: deadLetters({ fifo: true }).queue })]),
      'must be a standard queue',
    ],
    [
      'a wrong template',
      rule('r', [target('t', { inputTransformer: { paths: {}, template: '"<x>"' } })]),
      'invalid placeholder x.',
    ],
    [
      'a schedule off the default bus',
      rule('r', [], { schedule: 'rate(1 minute)' }),
      'ScheduleExpression is supported only on the default event bus.',
    ],
  ])('with %s is refused, and named with its bus', (_what, definition, message) => {
    const { bus } = start();
    expect(() => bus.putRule(definition)).toThrow(/^Rule r on bus orders: /);
    expect(() => bus.putRule(definition)).toThrow(message);
    expect(bus.rule('r')).toBeUndefined();
  });

  it('with a schedule delivers a scheduled event after one interval and then at every one, to its own targets only', async () => {
    const { bus, time } = start('default');
    const [own, other] = [target('own'), target('other')];
    bus.putRule(rule('tick', [own], { pattern: undefined, schedule: 'rate(5 minutes)' }));
    bus.putRule(rule('listener', [other], { pattern: { source: ['aws.events'] } }));
    await time.advance(299_999);
    expect(own.received).toEqual([]);
    await time.advance(1);
    expect(own.received.map((text) => JSON.parse(text))).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '000000000000',
        time: '2026-03-01T10:05:00Z',
        region: 'eu-west-1',
        resources: ['arn:rule/tick'],
        detail: {},
      },
    ]);
    await time.advance(600_000);
    expect([own.received.length, other.received.length]).toEqual([3, 0]);
    await bus.stop();
    await time.advance(600_000);
    expect(own.received).toHaveLength(3);
  });

  it('that replaces a scheduled one ends its schedule, and a disabled one has none', async () => {
    const { bus, time } = start('default');
    const [first, second, off] = [target('first'), target('second'), target('off')];
    bus.putRule(rule('tick', [first], { schedule: 'rate(1 minute)' }));
    bus.putRule(rule('tick', [second], { schedule: 'rate(1 hour)' }));
    bus.putRule(rule('off', [off], { schedule: 'rate(1 minute)', enabled: false }));
    await time.advance(3_600_000);
    expect([first.received.length, second.received.length, off.received.length]).toEqual([0, 1, 0]);
  });
});
