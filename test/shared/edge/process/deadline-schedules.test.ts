/** Deadlines become schedules that a scheduler of AWS's kind takes, once each, and never go off early. */
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deadlineSchedules } from '#shared/edge/process/index.ts';
import { createSchedulerServer } from '../../../../infra/local/services/scheduler/scheduler-api.ts';
import {
  HERE,
  QUEUE_ARN,
  ROLE_ARN,
  startedScheduler,
} from '../../../infra/local/services/scheduler/scheduler-fixture.ts';
import { process } from '../../process-manager/bookings.ts';

const started = startedScheduler();
const server = createSchedulerServer({
  parts: () => ({
    scheduler: started.scheduler,
    now: started.time.clock.now,
    assumable: (role) => role === ROLE_ARN,
    whereOf: () => HERE,
  }),
  log: () => {},
});
let client: SchedulerClient;
beforeAll(async () => {
  const { url: endpoint } = await server.listen(0);
  const credentials = { accessKeyId: 'k', secretAccessKey: 's' };
  client = new SchedulerClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  started.scheduler.stop();
  await server.stop();
});

const later = (milliseconds: number) => new Date(started.time.clock.now() + 3_600_000 + milliseconds).toISOString();

it('A deadline is one schedule with a hint, however often it is set, rounded up to a second; and gone when cancelled', async () => {
  const group = 'default';
  const schedules = deadlineSchedules({
    client,
    group,
    roleArn: ROLE_ARN,
    queueArn: QUEUE_ARN,
    deadLetterArn: QUEUE_ARN,
  });
  const at = later(1);
  const deadline = { stream: process('7'), version: 3, key: 'patience-abc', at };
  await schedules.set(deadline);
  await schedules.set(deadline);
  const found = await client.send(new GetScheduleCommand({ GroupName: group, Name: deadline.key }));
  const second = new Date(Math.ceil(Date.parse(at) / 1_000) * 1_000).toISOString().slice(0, 19);
  expect(found).toMatchObject({ ScheduleExpression: `at(${second})`, ActionAfterCompletion: 'DELETE' });
  expect(JSON.parse(found.Target?.Input ?? '')).toEqual({ stream: 'booking-7', version: 3, notBefore: at });
  await schedules.cancel(deadline);
  await schedules.cancel(deadline);
  await expect(client.send(new GetScheduleCommand({ GroupName: group, Name: deadline.key }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
