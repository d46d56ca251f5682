/** A synthesized app with schedules, a rule and a function that makes schedules itself runs on a clock that the test turns. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, Stack, TimeZone } from 'aws-cdk-lib';
import { Rule, Schedule as RuleSchedule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, ScheduleGroup, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke, SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../../../../infra/local/start.ts';
import { manualClock, recordedLog } from '../eventbridge/bus-fixtures.ts';

/** Makes a schedule, as a function with the SDK does. */
const REMIND = `
exports.handler = async ({ name, at }) => {
  const { AWS_ENDPOINT_URL_SCHEDULER, QUEUE, ROLE } = process.env;
  const response = await fetch(AWS_ENDPOINT_URL_SCHEDULER + '/schedules/' + name, {
    method: 'POST',
    body: JSON.stringify({
      ScheduleExpression: 'at(' + at + ')',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: QUEUE, RoleArn: ROLE, Input: 'reminded' },
    }),
  });
  console.log('answered ' + response.status + ' ' + await response.text());
};`;

function synthesize(outdir: string): void {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Timed');
  const ticks = new Queue(stack, 'Ticks');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
  ticks.grantSendMessages(role);
  const remind = new LambdaFunction(stack, 'Remind', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline(REMIND),
    environment: { QUEUE: ticks.queueArn, ROLE: role.roleArn },
  });
  new Schedule(stack, 'Morning', {
    scheduleName: 'morning',
    scheduleGroup: new ScheduleGroup(stack, 'Days', { scheduleGroupName: 'days' }),
    schedule: ScheduleExpression.cron({ minute: '0', hour: '9', weekDay: 'MON-FRI', timeZone: TimeZone.EUROPE_ZURICH }),
    target: new SqsSendMessage(ticks, { input: ScheduleTargetInput.fromText('morning') }),
  });
  new Schedule(stack, 'Once', {
    scheduleName: 'once',
    schedule: ScheduleExpression.at(new Date('2026-03-27T10:30:00Z')),
    target: new LambdaInvoke(remind, {
      input: ScheduleTargetInput.fromObject({ name: 'reminder', at: '2026-03-27T12:00:00' }),
    }),
  });
  new Rule(stack, 'Nightly', {
    ruleName: 'nightly',
    schedule: RuleSchedule.cron({ minute: '15', hour: '2' }),
    targets: [new SqsQueue(ticks)],
  });
  new Rule(stack, 'Resting', { ruleName: 'resting', schedule: RuleSchedule.expression('rate(1 day)'), enabled: false });
  new CfnOutput(stack, 'TicksUrl', { value: ticks.queueUrl });
  app.synth();
}

const time = manualClock('2026-03-27T10:00:00.500Z');
const { log, lines } = recordedLog();
let folder: string;
let outputsFile: string;
let cloud: LocalCloud;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-scheduler-'));
  outputsFile = join(folder, 'outputs.json');
  synthesize(join(folder, 'cdk.out'));
  cloud = await startLocalCloud({
    assembly: join(folder, 'cdk.out'),
    port: 0,
    dynamodbEndpoint: inject('dynamodbEndpoint'),
    outputsFile,
    clock: time.clock,
    log,
  });
});
afterAll(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

const outputs = async () => JSON.parse(await readFile(outputsFile, 'utf8'));
const received = async () => {
  const [queue] = cloud.directory.queues.values();
  const messages = (await queue?.receive({ max: 10, waitMs: 0 })) ?? [];
  for (const { receiptHandle } of messages) queue?.delete(receiptHandle);
  return messages.map(({ body }) => (body.startsWith('{') ? JSON.parse(body) : body));
};

it('Schedules of the template, of its functions and rules run when they are due, and a file says when that is', async () => {
  const ticksUrl = `${cloud.sqsUrl}/000000000000/${[...cloud.directory.queues.values()][0]?.name}`;
  expect(await outputs()).toEqual({
    Timed: { TicksUrl: ticksUrl },
    endpoints: {
      dynamodb: cloud.dynamodbEndpoint,
      eventBridge: cloud.eventBridgeUrl,
      sqs: cloud.sqsUrl,
      sns: cloud.snsUrl,
      lambda: cloud.lambdaUrl,
      scheduler: cloud.schedulerUrl,
      others: cloud.absentUrl,
      httpApis: {},
      functionUrls: {},
    },
    schedules: {
      'days/morning': '2026-03-30T07:00:00.000Z',
      nightly: '2026-03-28T02:15:00.000Z',
      once: '2026-03-27T10:30:00.000Z',
      resting: null,
    },
  });

  await time.advance(30 * 60_000);
  await vi.waitUntil(() => lines.some((line) => line.includes('answered')), { timeout: 20_000 });
  expect(lines.filter((line) => line.includes('answered'))).toEqual([
    expect.stringContaining(
      'answered 200 {"ScheduleArn":"arn:aws:scheduler:eu-west-1:000000000000:schedule/default/reminder"}',
    ),
  ]);
  await vi.waitUntil(async () => (await outputs()).schedules.reminder === '2026-03-27T12:00:00.000Z');
  expect((await outputs()).schedules.once).toBeNull();
  expect(await received()).toEqual([]);

  await time.advance(2 * 3_600_000);
  expect(await received()).toEqual(['reminded']);
  await vi.waitUntil(async () => !('reminder' in (await outputs()).schedules));

  await time.advance(3 * 86_400_000);
  expect(await received()).toEqual([
    expect.objectContaining({ source: 'aws.events', time: '2026-03-28T02:15:00Z' }),
    expect.objectContaining({ source: 'aws.events', time: '2026-03-29T02:15:00Z' }),
    expect.objectContaining({ source: 'aws.events', time: '2026-03-30T02:15:00Z' }),
    'morning',
  ]);

  await cloud.stop();
  expect(existsSync(outputsFile)).toBe(false);
  expect(time.pending()).toBe(0);
});
