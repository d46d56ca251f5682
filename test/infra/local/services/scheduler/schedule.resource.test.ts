/** Schedules of a template: what they are called, and what cannot run is told at the start, all of it. */
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../../../infra/local/engine/boot/resource-kind.ts';
import type { FunctionPart } from '../../../../../infra/local/services/lambda/function.resource.ts';
import type { SchedulePart } from '../../../../../infra/local/services/scheduler/schedule.resource.ts';
import { faultsOf, inlineFunction, planned, stackOf } from '../../engine/boot/planned.ts';

const get = (id: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [id, attribute] });
const NO_TRUST = 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.';

const trusting = (service: string, condition?: object) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service }, Condition: condition }],
    },
  },
});
const around = {
  Queue: { Type: 'AWS::SQS::Queue' },
  Fn: inlineFunction,
  Role: trusting('scheduler.amazonaws.com'),
  Rules: trusting('events.amazonaws.com'),
};
const schedule = (changes: Record<string, unknown> = {}, target: Record<string, unknown> = {}) => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: get('Queue'), RoleArn: get('Role'), ...target },
    ...changes,
  },
});
type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;
const faults = (Resources: Resources) => faultsOf(stackOf({ Resources: { ...around, ...Resources } }));

describe('A schedule of a template', () => {
  it('is called as CloudFormation documents it, and so is its group', () => {
    const Variables = {
      schedule: { Ref: 'S' },
      scheduleArn: get('S'),
      named: { Ref: 'Named' },
      namedArn: get('Named'),
      group: { Ref: 'G' },
      groupArn: get('G'),
      groupState: get('G', 'State'),
    };
    const parts = planned([
      stackOf({
        Resources: {
          ...around,
          G: { Type: 'AWS::Scheduler::ScheduleGroup' },
          S: schedule({ GroupName: { Ref: 'G' } }),
          Named: schedule({ Name: 'nightly' }),
          Seer: { ...inlineFunction, Properties: { ...inlineFunction.Properties, Environment: { Variables } } },
        },
      }),
    ]);
    const scheduler = 'arn:aws:scheduler:eu-west-1:000000000000';
    expect(partsOf<FunctionPart>(parts, 'function').find(({ name }) => name === 'App-Seer')?.variables).toEqual({
      schedule: 'App-S',
      scheduleArn: `${scheduler}:schedule/App-G/App-S`,
      named: 'nightly',
      namedArn: `${scheduler}:schedule/default/nightly`,
      group: 'App-G',
      groupArn: `${scheduler}:schedule-group/App-G`,
      groupState: 'ACTIVE',
    });
  });

  it('has the defaults of the service, takes numbers and dates as texts, and is kept when it is over', () => {
    const parts = planned([
      stackOf({
        Resources: {
          ...around,
          S: schedule(
            {
              FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: '15' },
              StartDate: '2026-01-01T00:00:00.000Z',
            },
            { RetryPolicy: { MaximumRetryAttempts: '3' } },
          ),
        },
      }),
    ]);
    expect(partsOf<SchedulePart>(parts, 'schedule')[0]?.schedule).toMatchObject({
      GroupName: 'default',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      StartDate: Date.UTC(2026, 0, 1),
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: { RetryPolicy: { MaximumRetryAttempts: 3 } },
    });
  });

  it.each<[string, Resources, string]>([
    [
      'an expression',
      { S: schedule({ ScheduleExpression: 'cron(0 9 * * * *)' }) },
      'property ScheduleExpression: Invalid Schedule Expression cron(0 9 * * * *). (exactly one of',
    ],
    ['a zone', { S: schedule({ ScheduleExpressionTimezone: 'X' }) }, 'property ScheduleExpressionTimezone: Invalid'],
    ['a window', { S: schedule({ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }) }, 'property FlexibleTimeWindow: Max'],
    ['a date', { S: schedule({ EndDate: 'tomorrow' }) }, 'property EndDate: must be a date such as'],
    ['a name', { S: schedule({ Name: 'a b' }) }, 'property Name: Member must satisfy regular expression pattern'],
    ['what ends it', { S: schedule({ ActionAfterCompletion: 'DELETE' }) }, 'ActionAfterCompletion: is not known'],
    ['no group', { S: schedule({ GroupName: 'nobody' }) }, 'property GroupName: there is no schedule group nobody'],
    [
      'a role that trusts another',
      { S: schedule({}, { RoleArn: get('Rules') }) },
      `property Target.RoleArn: ${NO_TRUST}`,
    ],
    [
      'a role that is not in the template',
      { S: schedule({}, { RoleArn: 'arn:aws:iam::000000000000:role/else' }) },
      `property Target.RoleArn: ${NO_TRUST}`,
    ],
    [
      'a role for one schedule',
      {
        One: trusting('scheduler.amazonaws.com', {
          StringEquals: { 'aws:SourceArn': 'arn:aws:scheduler:eu-west-1:000000000000:schedule/default/App-S' },
        }),
        S: schedule({}, { RoleArn: get('One') }),
      },
      `property Target.RoleArn: ${NO_TRUST}`,
    ],
    [
      'a queue that is not there',
      { S: schedule({}, { Arn: 'arn:aws:sqs:eu-west-1:000000000000:x' }) },
      'property Target.Arn: there is no queue',
    ],
    [
      'a function that is not there',
      { S: schedule({}, { Arn: 'arn:aws:lambda:eu-west-1:000000000000:function:x' }) },
      'property Target.Arn: there is no function',
    ],
    [
      'a bus that is not there',
      {
        S: schedule(
          {},
          {
            Arn: 'arn:aws:events:eu-west-1:000000000000:event-bus/x',
            EventBridgeParameters: { DetailType: 'a', Source: 'b' },
          },
        ),
      },
      'property Target.Arn: there is no event bus',
    ],
    [
      'a topic',
      { S: schedule({}, { Arn: 'arn:aws:sns:eu-west-1:000000000000:x' }) },
      'property Target.Arn: arn:aws:sns:eu-west-1:000000000000:x does not run here',
    ],
    [
      'a queue of dead letters that is not there',
      { S: schedule({}, { DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-1:000000000000:x' } }) },
      'property Target.DeadLetterConfig.Arn: there is no queue',
    ],
    [
      'a FIFO queue without a group',
      {
        Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, ContentBasedDeduplication: true } },
        S: schedule(),
      },
      'property Target.SqsParameters: a FIFO queue needs a MessageGroupId',
    ],
    [
      'a FIFO queue without deduplication',
      {
        Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
        S: schedule({}, { SqsParameters: { MessageGroupId: 'g' } }),
      },
      'property Target.Arn: the FIFO queue App-Queue.fifo needs content-based deduplication',
    ],
    ['one name twice', { S: schedule({ Name: 'a' }), T: schedule({ Name: 'a' }) }, 'there is already a schedule'],
    [
      'one group twice',
      {
        G: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'a' } },
        H: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'a' } },
      },
      'there is already a schedule group a',
    ],
    [
      'a group that is there always',
      { G: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'default' } } },
      'property Name: default is there already',
    ],
  ])('is a fault of it where the service would refuse %s', (_, resources, told) => {
    const lines = faults(resources);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(told);
  });

  it('tells all its faults with those of the others, and of rules too', () => {
    const rule = { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(5 minute)' } };
    const wrong = faults({
      A: schedule({ ScheduleExpression: 'rate(5 years)', ScheduleExpressionTimezone: 'X' }),
      B: schedule({ ScheduleExpression: 'cron(61 9 * * ? *)' }),
      R: rule,
    });
    expect(wrong.map((line) => line.slice(0, line.indexOf(':')))).toEqual([
      'App/A, AWS',
      'App/A, AWS',
      'App/B, AWS',
      'App/R, AWS',
    ]);
  });

  it('may have a role that trusts the Scheduler for its group', () => {
    const group = 'arn:aws:scheduler:eu-west-1:000000000000:schedule-group/default';
    const One = trusting('scheduler.amazonaws.com', {
      StringEquals: { 'aws:SourceArn': group, 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    });
    expect(faults({ One, S: schedule({}, { RoleArn: get('One') }) })).toEqual([]);
  });
});
