/** What the services would not do for want of a right is told before anything runs, all of it at once. */
import { describe, expect, it } from 'vitest';
import { AssemblyFaults, faultLine } from '../../../../../infra/local/engine/template/assembly-faults.ts';
import type { Template } from '../../../../../infra/local/engine/template/template.ts';
import { grantedRights } from '../../../../../infra/local/services/iam/granted-rights.ts';
import { checkedRights } from '../../../../../infra/local/services/iam/rights-faults.ts';
import { roleDenial } from '../../../../../infra/local/services/iam/role-call.ts';
import { inlineFunction, planned, stackOf, table } from '../../engine/boot/planned.ts';

type Resources = NonNullable<Template['Resources']>;

const here = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:000000000000:${resource}`;
const get = (id: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [id, attribute] });
const trust = (service: string) => ({
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
});
const role = (service = 'lambda.amazonaws.com', properties: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: trust(service), ...properties },
});
const policy = (roleId: string, ...Statement: object[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement }, Roles: [{ Ref: roleId }] },
});
const allow = (Action: string | string[], Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const functionOf = (roleId: string, properties: object = {}) => ({
  ...inlineFunction,
  Properties: { ...inlineFunction.Properties, Role: get(roleId), Timeout: 3, ...properties },
});
const from = (id: string) => ({ Condition: { ArnEquals: { 'aws:SourceArn': get(id) } } });
const fromTopic = { Condition: { ArnEquals: { 'aws:SourceArn': { Ref: 'Topic' } } } };
const queuePolicy = (queueId: string, ...Statement: object[]) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: { Queues: [{ Ref: queueId }], PolicyDocument: { Statement } },
});
const service = (name: string) => ({ Principal: { Service: `${name}.amazonaws.com` } });

/** Everything that hands something on, with every right for it under a logical id that begins with `Allow`. */
const complete: Resources = {
  Role: role(),
  T: table,
  Q: { Type: 'AWS::SQS::Queue' },
  Dead: { Type: 'AWS::SQS::Queue' },
  Reader: functionOf('Role', { DeadLetterConfig: { TargetArn: get('Dead') } }),
  FromStream: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: get('T', 'StreamArn'), FunctionName: { Ref: 'Reader' }, StartingPosition: 'LATEST' },
  },
  FromQueue: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: get('Q'), FunctionName: { Ref: 'Reader' } },
  },
  AllowStream: policy(
    'Role',
    allow(['dynamodb:DescribeStream', 'dynamodb:Get*', 'dynamodb:ListStreams'], get('T', 'StreamArn')),
  ),
  AllowQueue: policy('Role', allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], get('Q'))),
  AllowDead: policy('Role', allow('sqs:SendMessage', get('Dead'))),
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['a'] },
      Targets: [
        { Id: 'q', Arn: get('Q'), DeadLetterConfig: { Arn: get('Dead') } },
        { Id: 'f', Arn: get('Reader') },
      ],
    },
  },
  AllowRuleToQueue: queuePolicy('Q', allow('sqs:SendMessage', get('Q'), { ...service('events'), ...from('Rule') })),
  AllowRuleToDead: queuePolicy('Dead', allow('SQS:*', '*', service('events'))),
  AllowRuleToFunction: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: get('Reader'),
      Principal: 'events.amazonaws.com',
      SourceArn: get('Rule'),
    },
  },
  Topic: { Type: 'AWS::SNS::Topic', Properties: { Subscription: [{ Protocol: 'lambda', Endpoint: get('Reader') }] } },
  Told: {
    Type: 'AWS::SNS::Subscription',
    Properties: {
      TopicArn: { Ref: 'Topic' },
      Protocol: 'sqs',
      Endpoint: get('Q'),
      RedrivePolicy: { deadLetterTargetArn: get('Dead') },
    },
  },
  Person: {
    Type: 'AWS::SNS::Subscription',
    Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'ada@example.org' },
  },
  AllowTopicToQueue: queuePolicy('Q', allow('sqs:SendMessage', get('Q'), { ...service('sns'), ...fromTopic })),
  AllowTopicToDead: queuePolicy('Dead', allow('sqs:SendMessage', get('Dead'), { ...service('sns'), ...fromTopic })),
  AllowTopicToFunction: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: get('Reader'),
      Principal: 'sns.amazonaws.com',
      SourceArn: { Ref: 'Topic' },
    },
  },
  Ends: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: 'Reader' },
      Qualifier: '$LATEST',
      DestinationConfig: {
        OnSuccess: { Destination: { Ref: 'Topic' } },
        OnFailure: { Destination: here('events', 'event-bus/default') },
      },
    },
  },
  AllowEnds: policy('Role', allow('sns:Publish', { Ref: 'Topic' })),
  AllowFailures: policy('Role', allow('events:PutEvents', here('events', 'event-bus/default'))),
  ScheduleRole: role('scheduler.amazonaws.com'),
  Schedule: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'rate(1 hour)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: get('Reader'), RoleArn: get('ScheduleRole') },
    },
  },
  AllowSchedule: policy('ScheduleRole', allow('lambda:InvokeFunction', get('Reader'))),
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'a', ProtocolType: 'HTTP' } },
  Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Api' }, StageName: 'live' } },
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: get('Reader'),
      PayloadFormatVersion: '2.0',
    },
  },
  Route: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'Api' },
      RouteKey: 'GET /a/{id}',
      Target: { 'Fn::Sub': `integrations/\${Integration}` },
    },
  },
  AllowRoute: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: 'Reader' },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: { 'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/live/GET/a/{id}` },
      SourceAccount: { Ref: 'AWS::AccountId' },
    },
  },
};

function faultsOf(Resources: Resources): string[] {
  try {
    checkedRights(planned([stackOf({ Resources })]));
    return [];
  } catch (error) {
    if (!(error instanceof AssemblyFaults)) throw error;
    expect(error.message).toMatch(
      /^The local cloud cannot run this template:\n(?: {2}.*\n)+To start it without .*: --no-iam$/,
    );
    return error.faults.map(faultLine);
  }
}

const without = (id: string): Resources => Object.fromEntries(Object.entries(complete).filter(([each]) => each !== id));
const READER = here('lambda', 'function:App-Reader');
const RULE = here('events', 'rule/App-Rule');
const TOPIC = here('sns', 'App-Topic');
const ROLE = 'the role arn:aws:iam::000000000000:role/App-Role';
const STREAM = here('dynamodb', 'table/App-T/stream/local');

it('A template with all rights has no fault', () => expect(faultsOf(complete)).toEqual([]));

it.each<[string, string[]]>([
  [
    'AllowStream',
    ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
      (action) =>
        `App/FromStream, AWS::Lambda::EventSourceMapping, property EventSourceArn: no policy lets ${ROLE} dynamodb:${action} on ${STREAM}`,
    ),
  ],
  [
    'AllowQueue',
    ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map(
      (action) =>
        `App/FromQueue, AWS::Lambda::EventSourceMapping, property EventSourceArn: no policy lets ${ROLE} sqs:${action} on ${here('sqs', 'App-Q')}`,
    ),
  ],
  [
    'AllowDead',
    [
      `App/Reader, AWS::Lambda::Function, property DeadLetterConfig.TargetArn: no policy lets ${ROLE} sqs:SendMessage on ${here('sqs', 'App-Dead')}`,
    ],
  ],
  [
    'AllowRuleToQueue',
    [
      `App/Rule, AWS::Events::Rule, property Targets[0].Arn: no policy lets events.amazonaws.com for ${RULE} sqs:SendMessage on ${here('sqs', 'App-Q')}`,
    ],
  ],
  [
    'AllowRuleToDead',
    [
      `App/Rule, AWS::Events::Rule, property Targets[0].DeadLetterConfig.Arn: no policy lets events.amazonaws.com for ${RULE} sqs:SendMessage on ${here('sqs', 'App-Dead')}`,
    ],
  ],
  [
    'AllowRuleToFunction',
    [
      `App/Rule, AWS::Events::Rule, property Targets[1].Arn: no policy lets events.amazonaws.com for ${RULE} lambda:InvokeFunction on ${READER}`,
    ],
  ],
  [
    'AllowTopicToQueue',
    [
      `App/Told, AWS::SNS::Subscription, property Endpoint: no policy lets sns.amazonaws.com for ${TOPIC} sqs:SendMessage on ${here('sqs', 'App-Q')}`,
    ],
  ],
  [
    'AllowTopicToDead',
    [
      `App/Told, AWS::SNS::Subscription, property RedrivePolicy: no policy lets sns.amazonaws.com for ${TOPIC} sqs:SendMessage on ${here('sqs', 'App-Dead')}`,
    ],
  ],
  [
    'AllowTopicToFunction',
    [
      `App/Topic, AWS::SNS::Topic, property Subscription[0].Endpoint: no policy lets sns.amazonaws.com for ${TOPIC} lambda:InvokeFunction on ${READER}`,
    ],
  ],
  [
    'AllowEnds',
    [
      `App/Ends, AWS::Lambda::EventInvokeConfig, property DestinationConfig.OnSuccess.Destination: no policy lets ${ROLE} sns:Publish on ${TOPIC}`,
    ],
  ],
  [
    'AllowFailures',
    [
      `App/Ends, AWS::Lambda::EventInvokeConfig, property DestinationConfig.OnFailure.Destination: no policy lets ${ROLE} events:PutEvents on ${here('events', 'event-bus/default')}`,
    ],
  ],
  [
    'AllowSchedule',
    [
      `App/Schedule, AWS::Scheduler::Schedule, property Target.Arn: no policy lets the role arn:aws:iam::000000000000:role/App-ScheduleRole lambda:InvokeFunction on ${READER}`,
    ],
  ],
])('Without %s it is told who lacks what', (id, faults) => expect(faultsOf(without(id))).toEqual(faults));

it('Without the permission for a route, or with that for another, it is told', () => {
  const fault = expect.stringMatching(
    /^App\/Route, AWS::ApiGatewayV2::Route, property Target: no policy lets apigateway\.amazonaws\.com for \S+\/live\/GET\/a\/\{id\} lambda:InvokeFunction on/,
  );
  expect(faultsOf(without('AllowRoute'))).toEqual([fault]);
  const { AllowRoute } = complete;
  const other = {
    ...AllowRoute?.Properties,
    SourceArn: { 'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/live/POST/*` },
  };
  expect(faultsOf({ ...complete, AllowRoute: { Type: 'AWS::Lambda::Permission', Properties: other } })).toEqual([
    fault,
  ]);
});

describe('A function URL that is open to everybody', () => {
  const permission = (Action: string, properties: object) => ({
    Type: 'AWS::Lambda::Permission',
    Properties: { Action: `lambda:${Action}`, FunctionName: get('Reader'), Principal: '*', ...properties },
  });
  const open: Resources = {
    ...complete,
    Live: {
      Type: 'AWS::Lambda::Alias',
      Properties: { FunctionName: { Ref: 'Reader' }, FunctionVersion: '1', Name: 'live' },
    },
    Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: get('Reader'), AuthType: 'NONE' } },
    AllowUrl: permission('InvokeFunctionUrl', { FunctionUrlAuthType: 'NONE' }),
    AllowThrough: permission('InvokeFunction', { InvokedViaFunctionUrl: 'true' }),
  };
  const THROUGH =
    '; it takes a permission with InvokedViaFunctionUrl: true, which addFunctionUrl of a newer aws-cdk-lib makes';
  const told = (action: string, resource = READER) =>
    `App/Url, AWS::Lambda::Url, property AuthType: no policy lets everybody lambda:${action} on ${resource}${
      action === 'InvokeFunction' ? THROUGH : ''
    }`;

  it('needs both permissions, for the authorization and the function that it has', () => {
    const { AllowUrl, AllowThrough, ...closed } = open;
    expect(faultsOf(open)).toEqual([]);
    expect(faultsOf(closed)).toEqual([told('InvokeFunctionUrl'), told('InvokeFunction')]);
    expect(faultsOf({ ...closed, ...(AllowUrl && { AllowUrl }) })).toEqual([told('InvokeFunction')]);
    expect(faultsOf({ ...closed, ...(AllowThrough && { AllowThrough }) })).toEqual([told('InvokeFunctionUrl')]);
    const withIam = permission('InvokeFunctionUrl', { FunctionUrlAuthType: 'AWS_IAM' });
    expect(faultsOf({ ...open, AllowUrl: withIam })).toEqual([told('InvokeFunctionUrl')]);
    const ofLive = { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { Ref: 'Live' }, AuthType: 'NONE' } };
    expect(faultsOf({ ...open, Url: ofLive })).toEqual(
      ['InvokeFunctionUrl', 'InvokeFunction'].map((action) => told(action, `${READER}:live`)),
    );
  });

  it('is not opened by permissions for a service, an account, an organization or a source', () => {
    for (const properties of [
      { Principal: 'apigateway.amazonaws.com' },
      { Principal: '000000000000' },
      { PrincipalOrgID: 'o-1234567890' },
      { SourceArn: get('Rule') },
      { SourceAccount: '000000000000' },
    ]) {
      const AllowThrough = permission('InvokeFunction', properties);
      expect(faultsOf({ ...open, AllowThrough })).toEqual([told('InvokeFunction')]);
    }
  });

  it('does not open its function to rules, topics and routes', () => {
    const bare = Object.entries(open).filter(([id]) => !/^Allow.*(ToFunction|Route)$/.test(id));
    expect(faultsOf(Object.fromEntries(bare))).toEqual([
      expect.stringContaining('App/Rule, AWS::Events::Rule, property Targets[1].Arn'),
      expect.stringContaining('App/Topic, AWS::SNS::Topic, property Subscription[0].Endpoint'),
      expect.stringContaining('App/Route, AWS::ApiGatewayV2::Route, property Target'),
    ]);
  });

  it('asks for nothing with IAM, where whoever acts brings the right', () => {
    const { AllowUrl, AllowThrough, ...closed } = open;
    const Url = { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: get('Reader'), AuthType: 'AWS_IAM' } };
    const caller = policy(
      'Role',
      allow('lambda:InvokeFunctionUrl', get('Reader'), {
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      }),
      allow('lambda:InvokeFunction', get('Reader'), { Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': true } } }),
    );
    expect(faultsOf({ ...closed, Url, Caller: caller })).toEqual([]);
    const denial = roleDenial(checkedRights(planned([stackOf({ Resources: { ...closed, Url, Caller: caller } })])));
    expect(denial('arn:aws:iam::000000000000:role/App-Role', 'lambda:InvokeFunction', READER)).toMatch(/^IAM denies/);
  });
});

it('A policy that stands alone for a queue gives the same rights', () => {
  const { AllowRuleToQueue } = complete;
  const PolicyDocument = AllowRuleToQueue?.Properties?.PolicyDocument;
  const Properties = { Queue: { Ref: 'Q' }, PolicyDocument };
  expect(faultsOf({ ...complete, AllowRuleToQueue: { Type: 'AWS::SQS::QueueInlinePolicy', Properties } })).toEqual([]);
});

it('A permission for an alias does not let the function itself be invoked', () => {
  const { AllowRuleToFunction } = complete;
  const alias = { ...AllowRuleToFunction?.Properties, FunctionName: { 'Fn::Sub': `\${Reader.Arn}:live` } };
  expect(
    faultsOf({ ...complete, AllowRuleToFunction: { Type: 'AWS::Lambda::Permission', Properties: alias } }),
  ).toHaveLength(1);
});

it('All that is missing is told at once', () => {
  const bare = Object.fromEntries(Object.entries(complete).filter(([id]) => !id.startsWith('Allow')));
  expect(faultsOf(bare)).toHaveLength(18);
});

it('A right counts wherever it stands, and a denial too', () => {
  const send = allow('sqs:SendMessage', get('Dead'));
  const document = { Version: '2012-10-17', Statement: send };
  const inline = { Policies: [{ PolicyName: 'p', PolicyDocument: document }] };
  const managed = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document } };
  const bare = without('AllowDead');
  expect(faultsOf({ ...bare, Role: role(undefined, inline) })).toEqual([]);
  expect(
    faultsOf({ ...bare, Role: role(undefined, { ManagedPolicyArns: [{ Ref: 'Managed' }] }), Managed: managed }),
  ).toEqual([]);
  const attached = { ...managed, Properties: { ...managed.Properties, Roles: [{ Ref: 'Role' }] } };
  expect(faultsOf({ ...bare, Managed: attached })).toEqual([]);
  expect(faultsOf({ ...bare, Managed: managed })).toHaveLength(1);
  const administrator = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] };
  expect(faultsOf({ ...bare, Role: role(undefined, administrator) })).toEqual([]);
  const invited = queuePolicy('Dead', allow('sqs:SendMessage', get('Dead'), { Principal: { AWS: get('Role') } }));
  expect(faultsOf({ ...bare, Invited: invited })).toEqual([]);
  expect(
    faultsOf({
      ...complete,
      Denied: queuePolicy('Dead', { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }),
    }),
  ).toHaveLength(3);
});

it('What a policy denies is told as a denial, with the policy that does', () => {
  const denied: Resources = {
    ...complete,
    Denied: policy('Role', { Effect: 'Deny', Action: 'sqs:Send*', Resource: '*' }),
    Closed: queuePolicy('Q', { Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: get('Q'), ...from('Rule') }),
    Mute: policy('ScheduleRole', { Effect: 'Deny', Action: 'lambda:*', Resource: '*' }),
  };
  expect(faultsOf(denied)).toEqual([
    expect.stringContaining(
      `property DeadLetterConfig.TargetArn: the policy App/Denied denies ${ROLE} sqs:SendMessage on`,
    ),
    expect.stringContaining(
      `Targets[0].Arn: the policy App/Closed denies events.amazonaws.com for ${RULE} sqs:SendMessage on`,
    ),
    expect.stringContaining('property Target.Arn: the policy App/Mute denies the role'),
  ]);
  const denial = roleDenial(grantedRights(planned([stackOf({ Resources: denied })])));
  expect(denial('arn:aws:iam::000000000000:role/App-ScheduleRole', 'lambda:InvokeFunction', READER)).toMatch(
    /: the policy App\/Mute denies it to the role .*App-ScheduleRole\.$/,
  );
});

it('What is not known about rights is told, and only what is checked has to be', () => {
  const conditioned = (key: string) => allow('dynamodb:GetItem', '*', { Condition: { StringEquals: { [key]: '1' } } });
  const resources = (properties: object, ...statements: object[]): Resources => ({
    Role: role(undefined, properties),
    P: policy('Role', ...statements),
    F: functionOf('Role'),
  });
  expect(faultsOf(resources({}, conditioned('aws:SourceIp')))).toEqual([
    'App/P, AWS::IAM::Policy, property PolicyDocument: Statement[0]: the condition key aws:SourceIp is not known to the local cloud',
  ]);
  expect(faultsOf(resources({}, allow('s3:Get*', '*', { Condition: { IpAddress: { 'aws:SourceIp': '1' } } })))).toEqual(
    [],
  );
  expect(
    faultsOf(
      resources({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/UnheardSQSAccess'], PermissionsBoundary: 'arn:x' }),
    ),
  ).toEqual([
    'App/Role, AWS::IAM::Role, property ManagedPolicyArns[0]: what arn:aws:iam::aws:policy/UnheardSQSAccess allows is not known to the local cloud',
    'App/Role, AWS::IAM::Role, property PermissionsBoundary: boundaries are not known to the local cloud',
  ]);
  expect(faultsOf({ F: inlineFunction })).toEqual([
    'App/F, AWS::Lambda::Function, property Role: there is no role arn:aws:iam::000000000000:role/none in the assembly',
  ]);
});

describe('A policy that AWS keeps itself', () => {
  const bare = Object.fromEntries(
    Object.entries(complete).filter(([id]) => !/^Allow(Stream|Queue|Dead|Ends)$/.test(id)),
  );
  const withPolicies = (...names: string[]) =>
    faultsOf({
      ...bare,
      Role: role(undefined, { ManagedPolicyArns: names.map((name) => `arn:aws:iam::aws:policy/${name}`) }),
    });

  it.each([
    [['AdministratorAccess']],
    [['PowerUserAccess']],
    [['AmazonDynamoDBFullAccess', 'AmazonSQSFullAccess', 'AmazonSNSFullAccess']],
    [['AWSLambdaInvocation-DynamoDB', 'AmazonSQSFullAccess', 'AmazonSNSFullAccess']],
  ])('allows what it is for: %j', (names) => expect(withPolicies(...names)).toEqual([]));

  it.each([
    ['service-role/AWSLambdaDynamoDBExecutionRole', 'dynamodb'],
    ['service-role/AWSLambdaSQSQueueExecutionRole', 'sqs:(Rec|Del|Get)'],
    ['AmazonSQSFullAccess', 'sqs'],
    ['AmazonSNSFullAccess', 'sns'],
  ])('allows nothing else: %s', (name, allowed) => {
    const missing = withPolicies();
    expect(missing).toHaveLength(9);
    expect(withPolicies(name)).toEqual(missing.filter((line) => !new RegExp(allowed).test(line.split(ROLE)[1] ?? '')));
  });

  it.each([
    'AmazonDynamoDBReadOnlyAccess',
    'AmazonSQSReadOnlyAccess',
    'AWSLambda_FullAccess',
    'AmazonEventBridgeFullAccess',
  ])('that is common is known: %s', (name) => expect(withPolicies(name).join()).not.toContain('is not known'));

  it.each([
    'AmazonS3ReadOnlyAccess',
    'AWSXRayDaemonWriteAccess',
    'CloudWatchLambdaInsightsExecutionRolePolicy',
    'AmazonSSMReadOnlyAccess',
    'SecretsManagerReadWrite',
    'AmazonBedrockFullAccess',
    'AmazonCognitoPowerUser',
  ])('and is about other services is no fault, and allows nothing here: %s', (name) => {
    expect(withPolicies(name)).toEqual(withPolicies());
  });

  it.each(['AmazonNewSQSAccess', 'service-role/AWSLambdaNewRole', 'ReadOnlyAccess', 'job-function/ViewOnlyAccess'])(
    'that is not known is a fault when it may be about a checked service: %s',
    (name) =>
      expect(withPolicies(name)).toContainEqual(expect.stringContaining(`what arn:aws:iam::aws:policy/${name} allows`)),
  );
});

describe('A role that nothing here acts as', () => {
  const odd = {
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited'],
    PermissionsBoundary: 'arn:x',
  };
  const conditioned = allow('lambda:InvokeFunction', '*', { Condition: { StringEquals: { 'aws:SourceIp': '1' } } });

  it('is not looked at, nor are its policies', () => {
    expect(
      faultsOf({ ...complete, Other: role('codedeploy.amazonaws.com', odd), P: policy('Other', conditioned) }),
    ).toEqual([]);
  });

  it('is looked at when schedules may be made with it', () => {
    expect(
      faultsOf({ ...complete, Other: role('scheduler.amazonaws.com', odd), P: policy('Other', conditioned) }),
    ).toHaveLength(3);
  });
});

describe('A schedule that puts events', () => {
  const put = (Source: string): Resources => ({
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } },
    Role: role('scheduler.amazonaws.com'),
    P: policy(
      'Role',
      allow('events:PutEvents', get('Bus'), {
        Condition: { StringEquals: { 'events:source': 'shop' }, StringLike: { 'events:detail-type': 'Order*' } },
      }),
    ),
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'rate(1 hour)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: get('Bus'), RoleArn: get('Role'), EventBridgeParameters: { Source, DetailType: 'OrderDue' } },
      },
    },
  });

  it('needs a right for its source and detail type', () => {
    expect(faultsOf(put('shop'))).toEqual([]);
    expect(faultsOf(put('other'))).toEqual([expect.stringContaining('property Target.Arn: no policy lets')]);
    const denial = roleDenial(checkedRights(planned([stackOf({ Resources: put('shop') })])));
    const call = (source: string) =>
      denial('arn:aws:iam::000000000000:role/App-Role', 'events:PutEvents', here('events', 'event-bus/orders'), {
        'events:source': [source],
        'events:detail-type': ['OrderDue'],
      });
    expect(call('shop')).toBeUndefined();
    expect(call('other')).toMatch(/^IAM denies events:PutEvents/);
  });
});

it('A call is made as a role only if the role may', () => {
  const denial = roleDenial(checkedRights(planned([stackOf({ Resources: complete })])));
  const [may, mayNot] = ['ScheduleRole', 'Role'].map((name) =>
    denial(`arn:aws:iam::000000000000:role/App-${name}`, 'lambda:InvokeFunction', READER),
  );
  expect(may).toBeUndefined();
  expect(mayNot).toMatch(
    /^IAM denies lambda:InvokeFunction on .*App-Reader: no policy lets the role .*App-Role do it\.$/,
  );
});
