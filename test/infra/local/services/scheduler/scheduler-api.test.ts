/** An AWS client gets from the local schedules what it gets from EventBridge Scheduler. */
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  ResourceNotFoundException,
  SchedulerClient,
  ServiceQuotaExceededException,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSchedulerServer } from '../../../../../infra/local/services/scheduler/scheduler-api.ts';
import { recordedLog } from '../eventbridge/bus-fixtures.ts';
import { FUNCTION_ARN, HERE, QUEUE_ARN, ROLE_ARN, startedScheduler } from './scheduler-fixture.ts';

const { log, lines } = recordedLog();
let started = startedScheduler();
let ready = true;
const server = createSchedulerServer({
  parts: () =>
    ready
      ? {
          scheduler: started.scheduler,
          now: started.time.clock.now,
          assumable: (role, group) => role === ROLE_ARN && group.includes(':schedule-group/'),
          whereOf: (region = HERE.region) => ({ ...HERE, region }),
        }
      : undefined,
  log,
});
let url: string;
let client: SchedulerClient;
const clientIn = (region: string) =>
  new SchedulerClient({
    endpoint: url,
    region,
    credentials: { accessKeyId: 'k', secretAccessKey: 's' },
    maxAttempts: 1,
  });

beforeAll(async () => {
  url = (await server.listen(0)).url;
  client = clientIn('eu-west-1');
});
beforeEach(() => {
  started.scheduler.stop();
  started = startedScheduler();
  lines.length = 0;
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

const input = (changes: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  Name: 'reminder',
  ScheduleExpression: 'at(2026-03-01T11:00:00)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: QUEUE_ARN, RoleArn: ROLE_ARN },
  ...changes,
});
const create = (changes: Partial<CreateScheduleCommandInput> = {}) =>
  client.send(new CreateScheduleCommand(input(changes)));
const get = (Name = 'reminder', GroupName?: string) => client.send(new GetScheduleCommand({ Name, GroupName }));
const target = (changes: object) => ({ Target: { Arn: QUEUE_ARN, RoleArn: ROLE_ARN, ...changes } });

describe('A schedule', () => {
  it('is made, read with its defaults, and runs', async () => {
    const arn = 'arn:aws:scheduler:eu-west-1:000000000000:schedule/default/reminder';
    expect((await create()).ScheduleArn).toBe(arn);
    const { $metadata, ...schedule } = await get();
    expect($metadata.httpStatusCode).toBe(200);
    expect(schedule).toEqual({
      Arn: arn,
      Name: 'reminder',
      GroupName: 'default',
      ScheduleExpression: 'at(2026-03-01T11:00:00)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: QUEUE_ARN,
        RoleArn: ROLE_ARN,
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
      CreationDate: new Date('2026-03-01T10:00:00Z'),
      LastModificationDate: new Date('2026-03-01T10:00:00Z'),
    });
    await started.time.advance(3_600_000);
    expect(started.sent).toHaveLength(1);
  });

  it('is read as it was made', async () => {
    const given = input({
      ScheduleExpression: 'cron(0 9 ? * MON-FRI *)',
      ScheduleExpressionTimezone: 'Europe/Zurich',
      StartDate: new Date('2026-03-02T00:00:00Z'),
      EndDate: new Date('2026-04-02T00:00:00.5Z'),
      Description: 'wakes',
      State: 'DISABLED',
      ActionAfterCompletion: 'DELETE',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: {
        Arn: FUNCTION_ARN,
        RoleArn: ROLE_ARN,
        Input: '{"ü":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        DeadLetterConfig: { Arn: QUEUE_ARN },
      },
    });
    await create(given);
    expect(await get()).toMatchObject(given);
  });

  it('is replaced as a whole by an update: what is left out has its default again', async () => {
    await create({
      Description: 'wakes',
      State: 'DISABLED',
      ActionAfterCompletion: 'DELETE',
      ScheduleExpressionTimezone: 'Europe/Zurich',
      ...target({ RetryPolicy: { MaximumRetryAttempts: 1 }, DeadLetterConfig: { Arn: QUEUE_ARN } }),
    });
    await started.time.advance(60_000);
    await client.send(new UpdateScheduleCommand(input({ ScheduleExpression: 'rate(2 days)' })));
    const after = await get();
    expect(after).toMatchObject({
      ScheduleExpression: 'rate(2 days)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      CreationDate: new Date('2026-03-01T10:00:00Z'),
      LastModificationDate: new Date('2026-03-01T10:01:00Z'),
    });
    expect(after).not.toHaveProperty('Description');
    expect(after.Target).toEqual({
      Arn: QUEUE_ARN,
      RoleArn: ROLE_ARN,
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    });
  });

  it('is made once by a request that is repeated, and a second one is a conflict', async () => {
    const first = await create({ ClientToken: 't' });
    expect((await create({ ClientToken: 't' })).ScheduleArn).toBe(first.ScheduleArn);
    const error = await create().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConflictException);
    expect(error).toMatchObject({ message: 'Schedule reminder already exists.', $metadata: { httpStatusCode: 409 } });
    expect((await create({ Name: 'other' })).ScheduleArn).toMatch(/default\/other$/);
  });

  it('that is not there is not found, whatever is asked of it', async () => {
    for (const command of [
      new GetScheduleCommand({ Name: 'reminder' }),
      new DeleteScheduleCommand({ Name: 'reminder' }),
      new UpdateScheduleCommand(input()),
      new CreateScheduleCommand(input({ GroupName: 'nobody' })),
      new GetScheduleGroupCommand({ Name: 'nobody' }),
      new DeleteScheduleGroupCommand({ Name: 'nobody' }),
      new ListSchedulesCommand({ GroupName: 'nobody' }),
    ]) {
      // The commands have nothing in common but that they can be sent.
      const error = await client.send(command as GetScheduleCommand).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ResourceNotFoundException);
      expect(error).toMatchObject({ $metadata: { httpStatusCode: 404 } });
    }
    await expect(get()).rejects.toThrow('Schedule reminder does not exist.');
  });

  it('is gone once it is deleted, and never runs', async () => {
    await create();
    await client.send(new DeleteScheduleCommand({ Name: 'reminder', GroupName: 'default' }));
    await expect(get()).rejects.toThrow(ResourceNotFoundException);
    await started.time.advance(7_200_000);
    expect(started.sent).toEqual([]);
  });

  it('is found by the variable that every function gets', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_SCHEDULER', url);
    const plain = new SchedulerClient({ region: 'eu-west-1', credentials: { accessKeyId: 'k', secretAccessKey: 's' } });
    const { ScheduleArn } = await plain.send(new CreateScheduleCommand(input()));
    vi.unstubAllEnvs();
    plain.destroy();
    expect(started.scheduler.get(HERE, 'default', 'reminder').arn).toBe(ScheduleArn);
  });

  it('is another one in another region, and names may hold dots', async () => {
    const there = clientIn('us-east-1');
    await create({ Name: 'a.b_c-1' });
    await expect(there.send(new GetScheduleCommand({ Name: 'a.b_c-1' }))).rejects.toThrow(ResourceNotFoundException);
    const { ScheduleArn } = await there.send(new CreateScheduleCommand(input({ Name: 'a.b_c-1' })));
    expect(ScheduleArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/default/a.b_c-1');
    there.destroy();
  });
});

describe('A request that the service would refuse', () => {
  const universal = 'arn:aws:scheduler:::aws-sdk:sqs:';
  const fifo = `${QUEUE_ARN}.fifo`;
  it.each<[string, Partial<CreateScheduleCommandInput>, string]>([
    ['an expression', { ScheduleExpression: 'cron(0 1 * * * *)' }, 'Invalid Schedule Expression cron(0 1 * * * *).'],
    [
      'a time that is none',
      { ScheduleExpression: 'at(2026-02-30T00:00:00)' },
      'Invalid Schedule Expression at(2026-02-30T00:00:00).',
    ],
    [
      'an expression without end',
      { ScheduleExpression: 'x'.repeat(257) },
      "at 'scheduleExpression' failed to satisfy constraint: Member must have length less than or equal to 256",
    ],
    ['a zone', { ScheduleExpressionTimezone: 'Mars/Olympus' }, 'Invalid Schedule Expression Timezone Mars/Olympus.'],
    [
      'a long name',
      { Name: 'n'.repeat(65) },
      "at 'name' failed to satisfy constraint: Member must have length less than or equal to 64",
    ],
    [
      'a name with a space',
      { Name: 'a b' },
      "Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$",
    ],
    ['a name with a slash', { Name: 'a/b' }, "Value 'a/b' at 'name'"],
    ['a name with a sign of its own', { Name: 'ä%' }, "Value 'ä%' at 'name'"],
    ['a group name', { GroupName: 'a/b' }, "at 'groupName' failed"],
    ['a state', { State: 'ON' as 'ENABLED' }, 'Member must satisfy enum value set: [ENABLED, DISABLED]'],
    ['an action', { ActionAfterCompletion: 'KEEP' as 'NONE' }, 'enum value set: [NONE, DELETE]'],
    [
      'a window that is missing',
      { FlexibleTimeWindow: undefined },
      "Value null at 'flexibleTimeWindow' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a window without length',
      { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } },
      'MaximumWindowInMinutes must be specified',
    ],
    [
      'no window with a length',
      { FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 1 } },
      'MaximumWindowInMinutes must be specified',
    ],
    [
      'a window of a day and more',
      { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1441 } },
      "Value '1441' at 'flexibleTimeWindow.maximumWindowInMinutes' failed to satisfy constraint: Member must have value less than or equal to 1440",
    ],
    [
      'an early start',
      { StartDate: new Date('2026-03-01T09:54:59Z') },
      'The StartDate you specify cannot be earlier than 5 minutes ago.',
    ],
    ['an end that is over', { EndDate: new Date('2026-03-01T10:00:00Z') }, 'The EndDate you specify'],
    [
      'an end before the start',
      { StartDate: new Date('2026-03-03T00:00:00Z'), EndDate: new Date('2026-03-02T00:00:00Z') },
      'must come after the StartDate',
    ],
    ['no role', { Target: { Arn: QUEUE_ARN, RoleArn: undefined } }, "Value null at 'target.roleArn' failed"],
    [
      'a role that is none',
      target({ RoleArn: 'arn:aws:iam::1:role/x' }),
      "at 'target.roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern",
    ],
    [
      'a role that does not trust it',
      target({ RoleArn: `${ROLE_ARN}-2` }),
      'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
    ],
    [
      'too many retries',
      target({ RetryPolicy: { MaximumRetryAttempts: 186 } }),
      "Value '186' at 'target.retryPolicy.maximumRetryAttempts'",
    ],
    [
      'too few seconds',
      target({ RetryPolicy: { MaximumEventAgeInSeconds: 59 } }),
      'Member must have value greater than or equal to 60',
    ],
    [
      'no input',
      target({ Input: '' }),
      "Value '' at 'target.input' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    ['too much input', target({ Input: 'ü'.repeat(131_073) }), 'Member must have length less than or equal to 262144'],
    [
      'input of a function that is no JSON',
      target({ Arn: FUNCTION_ARN, Input: 'hello' }),
      'Input must be well-formed JSON',
    ],
    ['a target that is none', target({ Arn: 'orders' }), 'Provided Arn is not in correct format.'],
    [
      'a target that does not run here',
      target({ Arn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:x' }),
      'stateMachine:x does not run here',
    ],
    ['a universal target', target({ Arn: `${universal}sendMessage` }), 'sqs:sendMessage does not run here'],
    ['a universal target that reads', target({ Arn: `${universal}getQueueUrl` }), 'is not supported: it only reads.'],
    [
      'a bus without an event',
      target({ Arn: 'arn:aws:events:eu-west-1:000000000000:event-bus/default' }),
      'EventBridgeParameters must be specified',
    ],
    [
      'an event for a queue',
      target({ EventBridgeParameters: { DetailType: 'a', Source: 'b' } }),
      'for an event bus target only',
    ],
    [
      'a group for a function',
      target({ Arn: FUNCTION_ARN, SqsParameters: { MessageGroupId: 'g' } }),
      'for a queue target only',
    ],
    ['a container', target({ EcsParameters: { TaskDefinitionArn: 'x' } }), 'EcsParameters does not run here'],
    ['a FIFO queue of dead letters', target({ DeadLetterConfig: { Arn: fifo } }), 'must be a standard SQS queue'],
  ])('is refused and changes nothing: %s', async (_, changes, message) => {
    const error = await create(changes).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ValidationException);
    expect(error).toMatchObject({ message: expect.stringContaining(message), $metadata: { httpStatusCode: 400 } });
    expect(started.names()).toEqual([]);

    await create();
    const before = await get();
    if (changes.Name !== undefined || changes.GroupName !== undefined) return;
    await expect(client.send(new UpdateScheduleCommand(input(changes)))).rejects.toThrow(message);
    expect({ ...(await get()), $metadata: 0 }).toEqual({ ...before, $metadata: 0 });
  });

  it('names every member that is wrong', async () => {
    const wrong = { Name: 'a b', ...target({ RetryPolicy: { MaximumRetryAttempts: -1 } }) };
    await expect(create(wrong)).rejects.toThrow(
      /^2 validation errors detected: Value 'a b' at 'name' .*; Value '-1' at/,
    );
  });

  it('is tags', async () => {
    const asked = client.send(new ListTagsForResourceCommand({ ResourceArn: 'arn:aws:scheduler:x' }));
    await expect(asked).rejects.toMatchObject({
      name: 'NotImplementedException',
      message: expect.stringContaining('has no GET /tags/{}'),
    });
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['nothing', 'null'],
    ['a member that is not known', JSON.stringify({ ...input(), Colour: 'red' })],
  ])('is a body that is %s', async (_, body) => {
    const response = await fetch(`${url}/schedules/x`, { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(Object.keys(Object(await response.json()))).toEqual(['Message']);
    expect(lines).toEqual([]);
  });

  it('is one before the run has started, and worth a retry', async () => {
    ready = false;
    const response = await fetch(`${url}/schedules`).finally(() => {
      ready = true;
    });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([500, 'InternalServerException']);
  });
});

describe('A list', () => {
  it('comes in pages, in order, of a group, a state and a prefix', async () => {
    await client.send(new CreateScheduleGroupCommand({ Name: 'night' }));
    for (const Name of ['b1', 'a2', 'a1']) await create({ Name, State: Name === 'a2' ? 'DISABLED' : 'ENABLED' });
    await create({ Name: 'a1', GroupName: 'night' });
    const list = async (query: object) => {
      const { Schedules, NextToken } = await client.send(new ListSchedulesCommand(query));
      return { names: Schedules?.map(({ GroupName, Name }) => `${GroupName}/${Name}`), NextToken };
    };
    expect((await list({})).names).toEqual(['default/a1', 'default/a2', 'default/b1', 'night/a1']);
    expect((await list({ GroupName: 'night' })).names).toEqual(['night/a1']);
    expect((await list({ NamePrefix: 'a', State: 'ENABLED' })).names).toEqual(['default/a1', 'night/a1']);
    const first = await list({ MaxResults: 3 });
    expect(first.names).toHaveLength(3);
    expect(await list({ MaxResults: 3, NextToken: first.NextToken })).toEqual({
      names: ['night/a1'],
      NextToken: undefined,
    });
    await expect(list({ MaxResults: 101 })).rejects.toThrow(ValidationException);
    const { Schedules } = await client.send(new ListSchedulesCommand({ NamePrefix: 'b' }));
    expect(Schedules?.[0]).toMatchObject({ State: 'ENABLED', Target: { Arn: QUEUE_ARN } });
  });
});

describe('A group', () => {
  it('is made, read, listed, and deleted with its schedules', async () => {
    const { ScheduleGroupArn } = await client.send(new CreateScheduleGroupCommand({ Name: 'night', Tags: [] }));
    expect(ScheduleGroupArn).toBe('arn:aws:scheduler:eu-west-1:000000000000:schedule-group/night');
    expect(await client.send(new GetScheduleGroupCommand({ Name: 'night' }))).toMatchObject({
      Arn: ScheduleGroupArn,
      Name: 'night',
      State: 'ACTIVE',
      CreationDate: new Date('2026-03-01T10:00:00Z'),
    });
    await create({ GroupName: 'night' });
    expect((await get('reminder', 'night')).Arn).toMatch(/schedule\/night\/reminder$/);
    await expect(get()).rejects.toThrow(ResourceNotFoundException);
    const names = async () =>
      (await client.send(new ListScheduleGroupsCommand({}))).ScheduleGroups?.map(({ Name }) => Name);
    expect(await names()).toEqual(['default', 'night']);
    await client.send(new DeleteScheduleGroupCommand({ Name: 'night' }));
    expect(await names()).toEqual(['default']);
    await expect(get('reminder', 'night')).rejects.toThrow(ResourceNotFoundException);
  });

  it('is there once; the default one always, and 500 at the most', async () => {
    await client.send(new CreateScheduleGroupCommand({ Name: 'night' }));
    for (const Name of ['night', 'default']) {
      await expect(client.send(new CreateScheduleGroupCommand({ Name }))).rejects.toThrow(ConflictException);
    }
    await expect(client.send(new DeleteScheduleGroupCommand({ Name: 'default' }))).rejects.toThrow(ValidationException);
    for (let n = 3; n <= 500; n += 1) started.scheduler.groups.create(HERE, `g${n}`);
    const error = await client
      .send(new CreateScheduleGroupCommand({ Name: 'more' }))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServiceQuotaExceededException);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 402 } });
  });
});
