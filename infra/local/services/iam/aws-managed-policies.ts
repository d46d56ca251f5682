/** Of the policies that AWS keeps itself, those that functions are usually given. Source: the AWS managed policy reference. */

const allow = (...actions: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

/** Logs, traces and networks are not checked here. */
const NOTHING_CHECKED = { Version: '2012-10-17', Statement: [] };

const DOCUMENTS: Readonly<Record<string, unknown>> = {
  AdministratorAccess: allow('*'),
  'service-role/AWSLambdaBasicExecutionRole': NOTHING_CHECKED,
  'service-role/AWSLambdaVPCAccessExecutionRole': NOTHING_CHECKED,
  'service-role/AWSLambdaSQSQueueExecutionRole': allow(
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
  ),
  'service-role/AWSLambdaDynamoDBExecutionRole': allow(
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
  ),
  AWSXRayDaemonWriteAccess: NOTHING_CHECKED,
  CloudWatchLambdaInsightsExecutionRolePolicy: NOTHING_CHECKED,
};

export function awsManagedPolicy(arn: string): unknown {
  const [, name = ''] = /^arn:aws[\w-]*:iam::aws:policy\/(.+)$/.exec(arn) ?? [];
  return DOCUMENTS[name];
}
