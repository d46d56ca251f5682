/**
 * What policies that AWS keeps itself allow, as far as it is checked here. Source: the AWS managed policy reference. Actions that the local
 * services do not know are left out.
 */

const allow = (...actions: readonly string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });

/** Of the role that is handed to a service. */
const handRoleTo = (...services: readonly string[]) => ({
  ...allow('iam:PassRole'),
  Condition: { StringLike: { 'iam:PassedToService': services } },
});

const READ_STREAMS = allow(
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
);
const LIST_MAPPINGS = allow('lambda:ListEventSourceMappings');
const READ_SCHEDULES = allow(
  'scheduler:GetSchedule',
  'scheduler:GetScheduleGroup',
  'scheduler:ListSchedules',
  'scheduler:ListScheduleGroups',
);

const STATEMENTS: Readonly<Record<string, readonly unknown[]>> = {
  AdministratorAccess: [allow('*')],
  PowerUserAccess: [{ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' }],

  AmazonDynamoDBFullAccess: [allow('dynamodb:*'), LIST_MAPPINGS, allow('sns:ListTopics')],
  AmazonDynamoDBFullAccess_v2: [allow('dynamodb:*'), LIST_MAPPINGS, allow('sns:ListTopics')],
  AmazonDynamoDBReadOnlyAccess: [
    allow('dynamodb:BatchGetItem', 'dynamodb:Describe*', 'dynamodb:List*', 'dynamodb:GetItem', 'dynamodb:Query'),
    allow('dynamodb:Scan', 'dynamodb:PartiQLSelect', 'sns:ListTopics'),
    LIST_MAPPINGS,
  ],
  AmazonSQSFullAccess: [allow('sqs:*')],
  AmazonSQSReadOnlyAccess: [
    allow('sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListDeadLetterSourceQueues', 'sqs:ListQueues'),
  ],
  AmazonSNSFullAccess: [allow('sns:*')],
  AmazonSNSReadOnlyAccess: [allow('sns:GetTopicAttributes', 'sns:List*')],
  AmazonEventBridgeFullAccess: [
    allow('events:*', 'scheduler:*'),
    handRoleTo('events.amazonaws.com', 'scheduler.amazonaws.com'),
  ],
  AmazonEventBridgeReadOnlyAccess: [
    allow('events:DescribeRule', 'events:DescribeEventBus', 'events:List*'),
    READ_SCHEDULES,
  ],
  AmazonEventBridgeSchedulerFullAccess: [allow('scheduler:*'), handRoleTo('scheduler.amazonaws.com')],
  AmazonEventBridgeSchedulerReadOnlyAccess: [READ_SCHEDULES],
  CloudWatchEventsFullAccess: [allow('events:*', 'scheduler:*'), handRoleTo('scheduler.amazonaws.com')],

  AWSLambda_FullAccess: [allow('lambda:*'), handRoleTo('lambda.amazonaws.com')],
  AWSLambda_ReadOnlyAccess: [allow('lambda:Get*', 'lambda:List*')],
  'AWSLambdaInvocation-DynamoDB': [allow('lambda:InvokeFunction'), READ_STREAMS],
  AWSLambdaExecute: [],
  'service-role/AWSLambdaRole': [allow('lambda:InvokeFunction')],
  'service-role/AWSLambdaBasicExecutionRole': [],
  'service-role/AWSLambdaVPCAccessExecutionRole': [],
  'service-role/AWSLambdaENIManagementAccess': [],
  'service-role/AWSLambdaKinesisExecutionRole': [],
  'service-role/AWSLambdaMSKExecutionRole': [],
  'service-role/AWSLambdaSQSQueueExecutionRole': [
    allow('sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'),
  ],
  'service-role/AWSLambdaDynamoDBExecutionRole': [READ_STREAMS],
  CloudWatchLambdaInsightsExecutionRolePolicy: [],
};

/** A name with one of the services in it whose requests are checked, or with none at all. */
const CONCERNS_CHECKED =
  /dynamodb|sqs|sns|event|schedul|lambda|^(ReadOnlyAccess|ViewOnlyAccess|SecurityAudit)$|^job-function\//i;

/**
 * The document of a policy by its ARN; undefined for one that is not known and may be about a service that is checked. One that is about
 * others by its name allows nothing that is checked.
 */
export function awsManagedPolicy(arn: string): unknown {
  const [, name] = /^arn:aws[\w-]*:iam::aws:policy\/(.+)$/.exec(arn) ?? [];
  if (name === undefined) return undefined;
  const known = Object.hasOwn(STATEMENTS, name) ? STATEMENTS[name] : undefined;
  if (known === undefined && CONCERNS_CHECKED.test(name)) return undefined;
  return { Version: '2012-10-17', Statement: known ?? [] };
}
