/** A run reaches its target as the target's API takes it, is tried again, and ends in the dead-letter queue at the worst. */
import { describe, expect, it } from 'vitest';
import { createQueue } from '../../../../../infra/local/services/sqs/local-queue.ts';
import { scriptedFaults } from '../../../../support/scripted-faults.ts';
import { aQueue } from '../sqs/a-queue.ts';
import { aSchedule, BUS_ARN, DEAD_ARN, FUNCTION_ARN, HERE, startedScheduler } from './scheduler-fixture.ts';

const HOUR = 3_600_000;
const ARN = 'arn:aws:scheduler:eu-west-1:000000000000:schedule/default/reminder';
const ONCE = { ScheduleExpression: 'at(2026-03-01T11:00:00)' };

describe('The input of a target', () => {
  it('has its placeholders filled in, as text, wherever they stand', async () => {
    const { scheduler, time, sent } = startedScheduler();
    const Input =
      '<aws.scheduler.schedule-arn> "<aws.scheduler.scheduled-time>" <aws.scheduler.attempt-number><aws.scheduler.attempt-number> <aws.scheduler.execution-id> <aws.scheduler.unknown> <id>';
    scheduler.create(HERE, aSchedule({ ...ONCE, Target: { Input } }));
    await time.advance(HOUR);
    expect(sent[0]?.body).toMatch(
      new RegExp(`^${ARN} "2026-03-01T11:00:00Z" 11 [0-9a-f-]{36} <aws.scheduler.unknown> <id>$`),
    );
  });

  it('is an event that says so where none is given, its detail a text', async () => {
    const { scheduler, time, invoked } = startedScheduler();
    scheduler.create(HERE, aSchedule({ ...ONCE, Target: { Arn: FUNCTION_ARN } }));
    await time.advance(HOUR);
    expect(invoked[0]?.event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: '000000000000',
      time: '2026-03-01T11:00:00Z',
      region: 'eu-west-1',
      resources: [ARN],
      detail: '{}',
    });
  });

  it('is the event of a function, by whatever version or alias it is called', async () => {
    const { scheduler, time, invoked } = startedScheduler();
    const Target = { Arn: `${FUNCTION_ARN}:live`, Input: '{"at":"<aws.scheduler.scheduled-time>"}' };
    scheduler.create(HERE, aSchedule({ ...ONCE, Target }));
    await time.advance(HOUR);
    expect(invoked.map(({ event }) => event)).toEqual([{ at: '2026-03-01T11:00:00Z' }]);
  });

  it('is the detail of an event on a bus', async () => {
    const { scheduler, time, put } = startedScheduler();
    const EventBridgeParameters = { DetailType: 'NightFell', Source: 'clock' };
    scheduler.create(HERE, aSchedule({ ...ONCE, Target: { Arn: BUS_ARN, EventBridgeParameters, Input: '{"n":1.0}' } }));
    await time.advance(HOUR);
    expect(put[0]).toContain('"detail":{"n":1.0}');
    expect(JSON.parse(put[0] ?? '')).toMatchObject({ source: 'clock', 'detail-type': 'NightFell', resources: [ARN] });
  });

  it('goes to a FIFO queue in its group', async () => {
    const fifo = createQueue(aQueue({ name: 'line.fifo', fifo: true, contentBasedDeduplication: true }));
    const { scheduler, time } = startedScheduler({ queues: [fifo] });
    const Target = { Arn: fifo.arn, Input: 'x', SqsParameters: { MessageGroupId: 'g' } };
    scheduler.create(HERE, aSchedule({ ...ONCE, Target }));
    await time.advance(HOUR);
    const [message] = await fifo.receive({ max: 1, waitMs: 0 });
    expect([message?.body, message?.attributes.MessageGroupId]).toEqual(['x', 'g']);
  });
});

describe('A delivery', () => {
  it('that fails for a while is tried again with another execution id, and counts its attempts', async () => {
    const seen: unknown[] = [];
    const { scheduler, time } = startedScheduler({
      async accept(event) {
        seen.push(event);
        if (seen.length < 3) throw Object.assign(new Error('busy'), { name: 'ServiceException' });
      },
    });
    const Input = '{"attempt":<aws.scheduler.attempt-number>,"execution":"<aws.scheduler.execution-id>"}';
    scheduler.create(HERE, aSchedule({ ...ONCE, Target: { Arn: FUNCTION_ARN, Input } }));
    await time.advance(2 * HOUR);
    expect(seen).toMatchObject([{ attempt: 1 }, { attempt: 2 }, { attempt: 3 }]);
    expect(new Set(seen.map((event) => Object(event).execution)).size).toBe(3);
  });

  it.each([
    [{ MaximumRetryAttempts: 0 }, 'MaximumRetryAttempts', '0'],
    [{ MaximumRetryAttempts: 3 }, 'MaximumRetryAttempts', '3'],
    [{ MaximumEventAgeInSeconds: 60 }, 'MaximumEventAgeInSeconds', '6'],
  ])(
    'that fails for good ends in the dead-letter queue with its request: %j',
    async (RetryPolicy, condition, retries) => {
      const { scheduler, time, deadLetters } = startedScheduler({
        accept: async () => {
          throw Object.assign(new Error('busy'), { name: 'ServiceException' });
        },
      });
      const Target = { Arn: FUNCTION_ARN, Input: '{}', DeadLetterConfig: { Arn: DEAD_ARN }, RetryPolicy };
      scheduler.create(HERE, aSchedule({ ...ONCE, Target }));
      await time.advance(2 * HOUR);
      expect(await deadLetters()).toEqual([
        {
          body: { FunctionName: FUNCTION_ARN, InvocationType: 'Event', Payload: '{}' },
          attributes: {
            ERROR_CODE: 'AWS.Scheduler.InternalServerError',
            ERROR_MESSAGE: expect.stringContaining('busy'),
            EXECUTION_ID: expect.stringMatching(/^[0-9a-f-]{36}$/),
            EXHAUSTED_RETRY_CONDITION: condition,
            IS_PAYLOAD_TRUNCATED: 'false',
            RETRY_ATTEMPTS: retries,
            SCHEDULED_TIME: '2026-03-01T11:00:00Z',
            SCHEDULE_ARN: ARN,
            TARGET_ARN: 'arn:aws:scheduler:::aws-sdk:lambda:invoke',
          },
        },
      ]);
    },
  );

  it('to a queue that is not there is not tried again', async () => {
    const { scheduler, time, deadLetters } = startedScheduler();
    const Target = {
      Arn: 'arn:aws:sqs:eu-west-1:000000000000:nobody',
      Input: 'hello',
      DeadLetterConfig: { Arn: DEAD_ARN },
    };
    scheduler.create(HERE, aSchedule({ ...ONCE, Target }));
    await time.advance(HOUR);
    const [letter] = await deadLetters();
    expect(letter?.body).toEqual({
      MessageBody: 'hello',
      QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/000000000000/nobody',
    });
    expect(letter?.attributes).toMatchObject({
      ERROR_CODE: 'AWS.SimpleQueueService.NonExistentQueue',
      RETRY_ATTEMPTS: '0',
      TARGET_ARN: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage',
    });
    expect(letter?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it.each([
    [
      'a function of another region',
      { Arn: FUNCTION_ARN.replace('eu-west-1', 'us-east-1') },
      'ResourceNotFoundException',
    ],
    [
      'a function whose input is no JSON once it is filled in',
      { Arn: FUNCTION_ARN, Input: '{"a":"<aws.scheduler.schedule-arn>"' },
      'InvalidRequestContentException',
    ],
    [
      'a FIFO queue without deduplication',
      { Arn: 'arn:aws:sqs:eu-west-1:000000000000:plain.fifo', SqsParameters: { MessageGroupId: 'g' } },
      'InvalidParameterValue',
    ],
    [
      'an event whose source is reserved',
      { Arn: BUS_ARN, Input: '{}', EventBridgeParameters: { DetailType: 'x', Source: 'aws.mine' } },
      'NotAuthorizedForSource',
    ],
  ])('to %s is given up at once, with the error of the target', async (_, Target, code) => {
    const plain = createQueue(aQueue({ name: 'plain.fifo', fifo: true }));
    const { scheduler, time, deadLetters } = startedScheduler({ queues: [plain] });
    scheduler.create(HERE, aSchedule({ ...ONCE, Target: { ...Target, DeadLetterConfig: { Arn: DEAD_ARN } } }));
    await time.advance(HOUR);
    expect((await deadLetters()).map(({ attributes }) => attributes.ERROR_CODE)).toEqual([code]);
  });

  it('without a dead-letter queue is dropped with a warning, and one whose queue is gone with an error', async () => {
    const { scheduler, time, lines } = startedScheduler();
    const nobody = 'arn:aws:sqs:eu-west-1:000000000000:nobody';
    scheduler.create(HERE, aSchedule({ ...ONCE, Name: 'a', Target: { Arn: nobody } }));
    scheduler.create(
      HERE,
      aSchedule({ ...ONCE, Name: 'b', Target: { Arn: nobody, DeadLetterConfig: { Arn: nobody } } }),
    );
    await time.advance(HOUR);
    expect(lines).toEqual([
      expect.stringMatching(/^warn .*default\/a: delivery failed .* dropped: it has no dead-letter queue$/),
      expect.stringMatching(/^error .*default\/b: delivery failed .* lost: its dead-letter queue .* does not exist$/),
    ]);
  });

  it('comes twice on a bad day', async () => {
    const faults = scriptedFaults();
    faults.active.add('duplicate');
    const { scheduler, time, sent } = startedScheduler({ faults });
    scheduler.create(HERE, aSchedule(ONCE));
    await time.advance(HOUR);
    expect(sent).toHaveLength(2);
  });

  it('goes on when its schedule is deleted under way, and ends with the run', async () => {
    let tries = 0;
    const { scheduler, time, lines } = startedScheduler({
      async accept() {
        tries += 1;
        throw Object.assign(new Error('busy'), { name: 'ServiceException' });
      },
    });
    scheduler.create(HERE, aSchedule({ ...ONCE, Target: { Arn: FUNCTION_ARN, Input: '{}' } }));
    await time.advance(HOUR);
    scheduler.delete(HERE, 'default', 'reminder');
    await time.advance(10_000);
    const before = tries;
    expect(before).toBeGreaterThan(1);
    scheduler.stop();
    await time.advance(HOUR);
    expect(tries).toBe(before);
    expect(lines.at(-1)).toMatch(/stopped before a run was delivered; it is lost$/);
  });
});
