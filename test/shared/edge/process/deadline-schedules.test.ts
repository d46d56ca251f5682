/** Deadlines become schedules that a scheduler of AWS's kind takes, once each, and never go off early. */
import { type CreateScheduleCommand, GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
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

const group = 'default';
const made = (of: SchedulerClient = client) =>
  deadlineSchedules({ client: of, group, roleArn: ROLE_ARN, queueArn: QUEUE_ARN, deadLetterArn: QUEUE_ARN });
const scheduled = (Name: string) => client.send(new GetScheduleCommand({ GroupName: group, Name }));
const gone = { name: 'ResourceNotFoundException' };

/** The scheduler's client, with the requests that it has sent. */
function counted() {
  const sent: string[] = [];
  const send: SchedulerClient['send'] = (command: object) => {
    sent.push(command.constructor.name);
    return client.send(command as CreateScheduleCommand);
  };
  return { sent, client: Object.assign(Object.create(client), { send }) as SchedulerClient };
}

it('A deadline is one schedule with a hint, however often it is set, rounded up to a second; and gone when cancelled', async () => {
  const schedules = made();
  const at = later(1);
  const deadline = { stream: process('7'), version: 3, key: 'patience-abc', at };
  await schedules.set(deadline);
  await schedules.set(deadline);
  const found = await scheduled(deadline.key);
  const second = new Date(Math.ceil(Date.parse(at) / 1_000) * 1_000).toISOString().slice(0, 19);
  expect(found).toMatchObject({ ScheduleExpression: `at(${second})`, ActionAfterCompletion: 'DELETE' });
  expect(JSON.parse(found.Target?.Input ?? '')).toEqual({ stream: 'booking-7', version: 3, notBefore: at });
  await schedules.cancel(deadline);
  await expect(scheduled(deadline.key)).rejects.toMatchObject(gone);
  await schedules.cancel(deadline);
});

it('What this function has set is not sent again, and what another one has set is taken for set', async () => {
  const deadline = { stream: process('8'), version: 1, key: 'patience-twice', at: later(0) };
  const [one, other] = [counted(), counted()];
  const [first, second] = [made(one.client), made(other.client)];
  for (const schedules of [first, first, second, second]) await schedules.set(deadline);
  expect([one.sent, other.sent]).toEqual([['CreateScheduleCommand'], ['CreateScheduleCommand']]);
});

it('What the scheduler refuses, or does not answer, is an error, and is tried again the next time', async () => {
  const credentials = { accessKeyId: 'k', secretAccessKey: 's' };
  const away = new SchedulerClient({
    endpoint: 'http://127.0.0.1:1',
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
  });
  const deadline = { stream: process('9'), version: 1, key: 'patience-away', at: later(0) };
  await expect(made(away).set(deadline)).rejects.toThrow('ECONNREFUSED');
  await expect(made(away).cancel(deadline)).rejects.toThrow('ECONNREFUSED');
  const impossible = { ...deadline, key: 'no/name' };
  const schedules = made();
  for (const _ of ['once', 'again']) await expect(schedules.set(impossible)).rejects.toThrow();
});
