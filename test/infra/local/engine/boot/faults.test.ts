/** Everything that cannot run is told, all at once, by stack, resource, type and property. */
import { describe, expect, it } from 'vitest';
import { faultsOf, inlineFunction, stackOf, table } from './planned.ts';

const faults = (Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>) =>
  faultsOf(stackOf({ Resources }));
const functionWith = (properties: Record<string, unknown>) => ({
  F: { ...inlineFunction, Properties: { ...inlineFunction.Properties, ...properties } },
});
const mapping = (properties: Record<string, unknown>) => ({
  F: inlineFunction,
  T: table,
  Q: { Type: 'AWS::SQS::Queue' },
  M: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: { Ref: 'F' }, EventSourceArn: { 'Fn::GetAtt': ['Q', 'Arn'] }, ...properties },
  },
});
const stream = { EventSourceArn: { 'Fn::GetAtt': ['T', 'StreamArn'] }, StartingPosition: 'LATEST' };
const rule = (properties: Record<string, unknown>) => ({
  F: inlineFunction,
  R: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['a'] }, ...properties } },
});
const target = (properties: Record<string, unknown>) =>
  rule({ Targets: [{ Id: 't', Arn: { 'Fn::GetAtt': ['F', 'Arn'] }, ...properties }] });
const api = (route: Record<string, unknown>, apiProperties: Record<string, unknown> = {}) => ({
  F: inlineFunction,
  A: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'a', ProtocolType: 'HTTP', ...apiProperties } },
  S: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'A' }, StageName: '$default' } },
  I: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'A' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['F', 'Arn'] },
      PayloadFormatVersion: '2.0',
    },
  },
  R: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: { ApiId: { Ref: 'A' }, RouteKey: 'GET /', Target: { 'Fn::Sub': `integrations/\${I}` }, ...route },
  },
});

describe('What the local cloud cannot run', () => {
  it('is named by stack, resource, construct path, type and property', () => {
    const Metadata = { 'aws:cdk:path': 'App/Orders/Fn/Resource' };
    const Resources = {
      F: { ...inlineFunction, Properties: { ...inlineFunction.Properties, FileSystemConfigs: [] }, Metadata },
    };
    expect(faultsOf(stackOf({ Resources }))).toEqual([
      'App/F (App/Orders/Fn/Resource), AWS::Lambda::Function, property FileSystemConfigs: is not known to the local cloud',
    ]);
  });

  it('is told for all stacks and resources at once, and nothing is told twice', () => {
    const first = stackOf(
      {
        Resources: {
          Bucket: { Type: 'AWS::S3::Bucket' },
          ...functionWith({ Environment: { Variables: { BUCKET: { Ref: 'Bucket' } } }, Runtime: 'python3.13' }),
        },
        Outputs: { Name: { Value: { Ref: 'Bucket' }, Export: { Name: 'bucket' } } },
      },
      'A',
    );
    const second = stackOf(
      { Resources: functionWith({ Description: 'd', Handler: { 'Fn::ImportValue': 'bucket' } }) },
      'B',
    );
    const third = stackOf({ Resources: functionWith({ Handler: { 'Fn::ImportValue': 'nothing' } }) }, 'C');
    expect(faultsOf(first, second, third)).toEqual([
      'A/Bucket, AWS::S3::Bucket: this type is not known to the local cloud',
      'A/F, AWS::Lambda::Function, property Runtime: only "nodejs20.x" or "nodejs22.x" or "nodejs24.x" runs locally, not "python3.13"',
      'C/F, AWS::Lambda::Function, property Handler: no stack before this one exports nothing',
    ]);
  });

  it.each<[string, Parameters<typeof faults>[0], string]>([
    ['an image', functionWith({ Code: { ImageUri: 'x' } }), 'Code.ImageUri: is not known'],
    ['code in two places', functionWith({ Code: { ZipFile: 'x', S3Key: 'y' } }), 'Code: must have either ZipFile'],
    [
      'a missing asset',
      functionWith({ Code: { S3Bucket: 'b', S3Key: 'k.zip' } }),
      'no asset of the assembly has the key',
    ],
    ['too long a timeout', functionWith({ Timeout: 901 }), 'Timeout: must be a whole number from 1 to 900'],
    ['a reserved variable', functionWith({ Environment: { Variables: { AWS_REGION: 'x' } } }), 'keeps to itself'],
    [
      'an unknown nested property',
      functionWith({ Environment: { Secrets: {} } }),
      'property Environment.Secrets: is not known',
    ],
    [
      'an unknown function',
      functionWith({ Handler: { 'Fn::Cidr': [] } }),
      'property Handler: the intrinsic function Fn::Cidr',
    ],
    [
      'an older runtime, by name',
      functionWith({ Runtime: 'nodejs18.x' }),
      'property Runtime: only "nodejs20.x" or "nodejs22.x" or "nodejs24.x" runs locally, not "nodejs18.x"',
    ],
    [
      'snapshots of a function',
      functionWith({ SnapStart: { ApplyOn: 'PublishedVersions' } }),
      'SnapStart.ApplyOn: only "None"',
    ],
    [
      "a layer that is none of AWS's extensions",
      functionWith({ Layers: ['arn:aws:lambda:eu-west-1:123456789012:layer:LambdaInsightsExtension:53'] }),
      "property Layers[0]: only AWS's extensions",
    ],
    ['a missing property', { F: { Type: 'AWS::Lambda::Function' } }, 'property Code: is missing'],
    [
      'a Kinesis stream of a table',
      { T: { ...table, Properties: { ...table.Properties, KinesisStreamSpecification: {} } } },
      'KinesisStreamSpecification',
    ],
    [
      'a queue mapping with a stream setting',
      mapping({ ParallelizationFactor: 2 }),
      'ParallelizationFactor: is for streams only',
    ],
    [
      'a stream mapping without a start',
      mapping({ ...stream, StartingPosition: { Ref: 'AWS::NoValue' } }),
      'StartingPosition: a stream needs it',
    ],
    [
      'a record age between 0 and 60',
      mapping({ ...stream, MaximumRecordAgeInSeconds: 5 }),
      'must be -1 or a whole number from 60',
    ],
    ['a large batch without a window', mapping({ BatchSize: 11 }), 'BatchSize: more than 10 messages need'],
    [
      'a window for a FIFO queue',
      {
        ...mapping({ BatchSize: 20, MaximumBatchingWindowInSeconds: 5 }),
        Q: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      },
      'MaximumBatchingWindowInSeconds: is for standard queues only',
    ],
    ['a pattern that is none', mapping({ FilterCriteria: { Filters: [{ Pattern: '{"a":1}' }] } }), 'FilterCriteria: '],
    [
      'a pattern that is no JSON',
      mapping({ FilterCriteria: { Filters: [{ Pattern: '{' }] } }),
      'must be a JSON object',
    ],
    [
      'an unknown source',
      mapping({ EventSourceArn: 'arn:aws:kinesis:x:y:stream/z' }),
      "only a queue or a table's stream runs locally",
    ],
    [
      'a queue that is not there',
      mapping({ EventSourceArn: 'arn:aws:sqs:x:y:z' }),
      'there is no queue arn:aws:sqs:x:y:z',
    ],
    ['a function that is not there', mapping({ FunctionName: 'nobody' }), 'there is no function nobody'],
    [
      'a scope of deduplication where there is none',
      { Q: { Type: 'AWS::SQS::Queue', Properties: { DeduplicationScope: 'messageGroup' } } },
      'is for FIFO queues only',
    ],
    [
      'deduplication by content where there is none',
      { Q: { Type: 'AWS::SQS::Queue', Properties: { ContentBasedDeduplication: true } } },
      'property ContentBasedDeduplication: is for FIFO queues only',
    ],
    [
      'a FIFO queue by another name',
      { Q: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, QueueName: 'line' } } },
      'property QueueName: takes 1 to 80',
    ],
    [
      'the name of a FIFO queue',
      { Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'line.fifo' } } },
      'property QueueName: takes 1 to 80',
    ],
    [
      'a FIFO queue whose dead letters have no order',
      {
        D: { Type: 'AWS::SQS::Queue' },
        Q: {
          Type: 'AWS::SQS::Queue',
          Properties: {
            FifoQueue: true,
            RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['D', 'Arn'] }, maxReceiveCount: 3 },
          },
        },
      },
      'property RedrivePolicy.deadLetterTargetArn: must be a FIFO queue',
    ],
    [
      'a rule that is for nothing',
      rule({ EventPattern: { Ref: 'AWS::NoValue' } }),
      'a rule needs a pattern or a ScheduleExpression',
    ],
    ['a rule on no bus', rule({ EventBusName: 'mars' }), 'there is no event bus'],
    ['an invalid pattern', rule({ EventPattern: { source: 'a' } }), 'EventPattern: '],
    [
      'a cron schedule that EventBridge refuses',
      rule({ ScheduleExpression: 'cron(0 9 * * * *)' }),
      'ScheduleExpression: Parameter ScheduleExpression is not valid. (cron(0 9 * * * *): exactly one of',
    ],
    [
      'a one-time rule',
      rule({ ScheduleExpression: 'at(2026-01-01T00:00:00)' }),
      'ScheduleExpression: Parameter ScheduleExpression is not valid.',
    ],
    [
      'a schedule on another bus',
      rule({ EventBusName: 'x', ScheduleExpression: 'rate(1 day)' }),
      'ScheduleExpression is supported only on the default event bus.',
    ],
    [
      'a target of another service',
      target({ Arn: 'arn:aws:states:x' }),
      'Targets[0].Arn: a target of the service states does not run here',
    ],
    [
      'a target that is not there',
      target({ Arn: 'arn:aws:sqs:eu-west-1:000000000000:x' }),
      'Targets[0].Arn: there is no queue or function',
    ],
    ['an unknown setting of a target', target({ EcsParameters: {} }), 'Targets[0].EcsParameters: is not known'],
    ['two inputs', target({ Input: '1', InputPath: '$.detail' }), 'Targets[0]: Only one of'],
    ['an unknown placeholder', target({ InputTransformer: { InputTemplate: '<x>' } }), 'placeholder'],
    ['a WebSocket API', api({}, { ProtocolType: 'WEBSOCKET' }), 'only "HTTP" runs locally'],
    [
      'CORS for everyone with credentials',
      api({}, { CorsConfiguration: { AllowOrigins: ['*'], AllowCredentials: true } }),
      'CorsConfiguration: AllowCredentials needs origins by name',
    ],
    [
      'CORS for half an origin',
      api({}, { CorsConfiguration: { AllowOrigins: ['https://*.x'] } }),
      'AllowOrigins[0]: must be *',
    ],
    [
      'a Lambda authorizer',
      api({ AuthorizationType: 'CUSTOM', AuthorizerId: 'x' }),
      'only "NONE" or "AWS_IAM" or "JWT" runs locally',
    ],
    ['an impossible route', api({ RouteKey: 'GET /{a+}/b' }), 'greedy variable before its end'],
    ['a route to nowhere', api({ Target: 'integrations/x' }), 'there is no integration x'],
    [
      'routes that differ in the name of a variable',
      { ...api({ RouteKey: 'GET /a/{id}' }), Other: api({ RouteKey: 'GET /a/{name}' }).R },
      'there is already a route GET /a/{} of the API',
    ],
    [
      'one name twice',
      {
        A: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } },
        B: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } },
      },
      'there is already a queue q',
    ],
    [
      'resources in a circle',
      { A: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'A' } } } },
      'these resources need each other: A -> A',
    ],
  ])('includes %s', (_, resources, told) => {
    const lines = faults(resources);
    expect(lines.join('\n')).toContain(told);
    for (const line of lines) expect(line).toMatch(/^App(\/\w+, AWS::\w+::\w+.*)?: /);
  });

  it('includes a parameter without a value, and what a condition leaves out', () => {
    const template = {
      Parameters: { Domain: { Type: 'String' } },
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: {
        Q: { Type: 'AWS::SQS::Queue', Condition: 'Never' },
        ...functionWith({ Environment: { Variables: { Q: { Ref: 'Q' } } } }),
      },
    };
    expect(faultsOf(stackOf(template))).toEqual([
      'App, property Parameters.Domain: has no default, and nobody gives it a value: --parameter Domain=<value>',
      'App/F, AWS::Lambda::Function, property Environment.Variables.Q: Q is not there, since the condition Never does not hold',
    ]);
  });

  it('includes a type that is not known once, and nothing that is made of its values', () => {
    const password = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:password}}']] };
    const name = { 'Fn::Select': [0, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Secret', 'Id'] }] }] };
    const resources = {
      Secret: { Type: 'AWS::SecretsManager::Secret' },
      ...functionWith({ Environment: { Variables: { password, name, sub: { 'Fn::Sub': `x-\${Secret}` } } } }),
      // Needs one property or the other, of which the one is made of the secret.
      R: { Type: 'AWS::Events::Rule', Properties: { EventPattern: name } },
      A: {
        Type: 'AWS::ApiGatewayV2::Api',
        Properties: { Name: { 'Fn::Base64': name }, ProtocolType: 'HTTP' },
      },
    };
    const Outputs = {
      Host: { Value: { 'Fn::Select': ['2', { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Secret', 'Url'] }] }] } },
    };
    expect(faultsOf(stackOf({ Resources: resources, Outputs }))).toEqual([
      'App/Secret, AWS::SecretsManager::Secret: this type is not known to the local cloud',
    ]);
  });

  it('includes each fault inside a function, and of a function with one no other', () => {
    const Handler = { 'Fn::Select': [7, { 'Fn::Split': [{ Ref: 'Nobody' }, { 'Fn::Unheard': 1 }] }] };
    expect(faults(functionWith({ Handler }))).toEqual([
      'App/F, AWS::Lambda::Function, property Handler[1][0]: Nobody is neither a resource nor a parameter',
      'App/F, AWS::Lambda::Function, property Handler[1][1]: the intrinsic function Fn::Unheard is not known to the local cloud',
    ]);
  });

  it('does not include what hangs on a condition that waits for a parameter without a value', () => {
    const template = {
      Parameters: { Stage: { Type: 'String' } },
      Conditions: { Live: { 'Fn::Equals': [{ Ref: 'Stage' }, 'live'] } },
      Resources: {
        Q: { Type: 'AWS::SQS::Queue', Condition: 'Live' },
        ...functionWith({ Environment: { Variables: { Q: { Ref: 'Q' } } } }),
      },
      Outputs: { Queue: { Value: { Ref: 'Q' }, Condition: 'Live', Export: { Name: 'queue' } } },
    };
    const importing = { Resources: functionWith({ Handler: { 'Fn::ImportValue': 'queue' } }) };
    expect(faultsOf(stackOf(template), stackOf(importing, 'Second'))).toEqual([
      'App, property Parameters.Stage: has no default, and nobody gives it a value: --parameter Stage=<value>',
    ]);
  });

  it('does not include what has no effect on a laptop, whatever it says', () => {
    const resources = functionWith({ Tags: { 'Fn::Unheard': 1 }, TracingConfig: { Mode: 'Active' }, VpcConfig: {} });
    const alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: { Dimensions: { Ref: 'Nobody' } } };
    expect(faults({ ...resources, A: alarm, L: { Type: 'AWS::Logs::MetricFilter', Properties: { New: 1 } } })).toEqual(
      [],
    );
  });
});
