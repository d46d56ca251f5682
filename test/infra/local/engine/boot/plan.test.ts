/** What runs for a template, and what its resources call each other. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCloudAssembly } from '../../../../../infra/local/engine/assembly/cloud-assembly.ts';
import { partsOf } from '../../../../../infra/local/engine/boot/resource-kind.ts';
import type { FunctionPart } from '../../../../../infra/local/services/lambda/function.resource.ts';
import { plainFunctionName } from '../../../../../infra/local/services/lambda/lambda-function.ts';
import type {
  QueueMappingPart,
  StreamMappingPart,
} from '../../../../../infra/local/services/lambda/mappings/event-source-mapping.resource.ts';
import type { QueuePart } from '../../../../../infra/local/services/sqs/queue.resource.ts';
import { inlineFunction, planned, stackOf, table } from './planned.ts';

/** What each expression is, as a function of the template would see it. */
function seen(
  expressions: Record<string, unknown>,
  resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>,
) {
  const Environment = { Variables: expressions };
  const Seer = { ...inlineFunction, Properties: { ...inlineFunction.Properties, Environment } };
  const parts = planned([stackOf({ Resources: { ...resources, Seer } })]);
  return partsOf<FunctionPart>(parts, 'function').find(({ name }) => name === 'App-Seer')?.variables;
}
const get = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });

describe('What a resource is called from elsewhere', () => {
  it('is what CloudFormation documents for its type', () => {
    const values = seen(
      {
        queue: { Ref: 'Q' },
        queueArn: get('Q', 'Arn'),
        queueName: get('Q', 'QueueName'),
        fifo: get('Fifo', 'QueueName'),
        table: { Ref: 'T' },
        tableArn: get('T', 'Arn'),
        stream: get('T', 'StreamArn'),
        fn: { Ref: 'F' },
        fnArn: get('F', 'Arn'),
        alias: { Ref: 'Alias' },
        bus: { Ref: 'Bus' },
        busArn: get('Bus', 'Arn'),
        rule: { Ref: 'Rule' },
        ruleArn: get('Rule', 'Arn'),
        defaultRule: { Ref: 'DefaultRule' },
        defaultRuleArn: get('DefaultRule', 'Arn'),
        role: get('Role', 'Arn'),
        stack: { Ref: 'AWS::StackName' },
        policy: { Ref: 'Policy' },
      },
      {
        Q: { Type: 'AWS::SQS::Queue' },
        Fifo: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: 'true' } },
        T: table,
        F: { ...inlineFunction, Properties: { ...inlineFunction.Properties, FunctionName: 'named' } },
        Alias: {
          Type: 'AWS::Lambda::Alias',
          Properties: { FunctionName: get('F', 'Arn'), Name: 'live', FunctionVersion: '1' },
        },
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } },
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: { EventBusName: get('Bus', 'Arn'), EventPattern: { source: ['a'] } },
        },
        DefaultRule: { Type: 'AWS::Events::Rule', Properties: { Name: 'hourly', ScheduleExpression: 'rate(1 hour)' } },
        Role: { Type: 'AWS::IAM::Role' },
        Policy: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: {} } },
      },
    );
    expect(values).toEqual({
      queue: 'http://sqs/000000000000/App-Q',
      queueArn: 'arn:aws:sqs:eu-west-1:000000000000:App-Q',
      queueName: 'App-Q',
      fifo: 'App-Fifo.fifo',
      table: 'App-T',
      tableArn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/App-T',
      stream: 'arn:aws:dynamodb:eu-west-1:000000000000:table/App-T/stream/local',
      fn: 'named',
      fnArn: 'arn:aws:lambda:eu-west-1:000000000000:function:named',
      alias: 'arn:aws:lambda:eu-west-1:000000000000:function:named:live',
      bus: 'orders',
      busArn: 'arn:aws:events:eu-west-1:000000000000:event-bus/orders',
      rule: 'orders|App-Rule',
      ruleArn: 'arn:aws:events:eu-west-1:000000000000:rule/orders/App-Rule',
      defaultRule: 'hourly',
      defaultRuleArn: 'arn:aws:events:eu-west-1:000000000000:rule/hourly',
      role: 'arn:aws:iam::000000000000:role/App-Role',
      stack: 'App',
      policy: 'arn:aws:iam::000000000000:policy/App-Policy',
    });
  });

  it('crosses stacks by exports and by outputs', () => {
    const first = stackOf(
      {
        Resources: { Q: { Type: 'AWS::SQS::Queue' } },
        Outputs: { Arn: { Value: get('Q', 'Arn'), Export: { Name: { 'Fn::Sub': `\${AWS::StackName}-arn` } } } },
      },
      'First',
    );
    const Variables = {
      imported: { 'Fn::ImportValue': 'First-arn' },
      output: { 'Fn::GetStackOutput': { StackName: 'First', OutputName: 'Arn' } },
    };
    const F = { ...inlineFunction, Properties: { ...inlineFunction.Properties, Environment: { Variables } } };
    const [part] = partsOf<FunctionPart>(planned([first, stackOf({ Resources: { F } }, 'Second')]), 'function');
    const queueArn = 'arn:aws:sqs:eu-west-1:000000000000:First-Q';
    expect(part?.variables).toEqual({ imported: queueArn, output: queueArn });
  });

  it('is the same in every run, within the length that the service allows', () => {
    const long = 'L'.repeat(90);
    const names = () =>
      partsOf<QueuePart>(
        planned([stackOf({ Resources: { [long]: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } } })]),
        'queue',
      );
    const [first, again] = [names()[0]?.definition.name, names()[0]?.definition.name];
    expect(first).toBe(again);
    expect(first).toHaveLength(80);
    expect(first).toMatch(/\.fifo$/);
  });
});

describe('What runs', () => {
  it('has the defaults of the services where the template says nothing', () => {
    const parts = planned([
      stackOf({
        Resources: {
          F: inlineFunction,
          Q: { Type: 'AWS::SQS::Queue' },
          T: table,
          FromQueue: {
            Type: 'AWS::Lambda::EventSourceMapping',
            Properties: { EventSourceArn: get('Q', 'Arn'), FunctionName: { Ref: 'F' } },
          },
          FromStream: {
            Type: 'AWS::Lambda::EventSourceMapping',
            Properties: {
              EventSourceArn: get('T', 'StreamArn'),
              FunctionName: get('F', 'Arn'),
              StartingPosition: 'LATEST',
            },
          },
        },
      }),
    ]);
    expect(partsOf<FunctionPart>(parts, 'function')[0]).toMatchObject({
      timeoutMs: 3_000,
      memoryMb: 128,
      logFormat: 'Text',
    });
    expect(partsOf<QueuePart>(parts, 'queue')[0]?.definition).toMatchObject({
      visibilityTimeoutMs: 30_000,
      retentionMs: 345_600_000,
      delayMs: 0,
      receiveWaitMs: 0,
    });
    expect(partsOf<QueueMappingPart>(parts, 'queue-mapping')[0]).toMatchObject({
      batchSize: 10,
      functionName: 'App-F',
      enabled: true,
    });
    expect(partsOf<StreamMappingPart>(parts, 'stream-mapping')[0]).toMatchObject({
      batchSize: 100,
      parallelizationFactor: 1,
      maximumRetryAttempts: -1,
      maximumRecordAgeMs: -1,
      bisectBatchOnFunctionError: false,
      reportBatchItemFailures: false,
      functionName: 'App-F',
    });
  });

  it('is everything of the sample app, each after what it refers to', () => {
    const { stacks, assets } = readCloudAssembly(join(import.meta.dirname, '..', '..', 'fixtures', 'orders'));
    const kinds = planned(stacks, assets).map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(19);
    expect(kinds.indexOf('table')).toBeLessThan(kinds.indexOf('stream-mapping'));
  });

  it('finds the function behind every way to name one', () => {
    const references = [
      'f',
      'f:live',
      'arn:aws:lambda:r:a:function:f',
      'arn:aws:lambda:r:a:function:f:7',
      'a:function:f',
    ];
    expect(references.map(plainFunctionName)).toEqual(references.map(() => 'f'));
  });
});
