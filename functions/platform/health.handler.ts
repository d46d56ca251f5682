/** `GET /health`: whether every table, mapping and rule is live. */
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { endpoint, json, unavailable } from '#shared/edge/http/index.ts';
import { settings } from '#shared/edge/index.ts';

const options = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};
const dynamodb = new DynamoDBClient(options);
const eventBridge = new EventBridgeClient(options);
const lambda = new LambdaClient(options);

/** A table whose settings, capacity or indexes are being changed answers as ever. */
const LIVE_TABLE: ReadonlySet<string> = new Set(['ACTIVE', 'UPDATING']);

const checks: readonly (() => Promise<boolean>)[] = [
  ...settings('TABLES').map((TableName) => async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    return LIVE_TABLE.has(Table?.TableStatus ?? '');
  }),
  ...settings('MAPPINGS').map((UUID) => async () => {
    const { State } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
    return State === 'Enabled';
  }),
  ...settings('RULES').map((rule) => async () => {
    // A rule of the default bus is named without it.
    const [Name, EventBusName] = rule.split('|').reverse();
    const { State } = await eventBridge.send(new DescribeRuleCommand({ EventBusName, Name }));
    return State === 'ENABLED';
  }),
];

export const handler = endpoint().handler(async () => {
  const results = await Promise.allSettled(checks.map((check) => check()));
  const dead = results.filter((result) => result.status === 'rejected' || !result.value).length;
  for (const result of results) if (result.status === 'rejected') console.warn('A check failed', result.reason);
  if (dead > 0) return unavailable(`${dead} of ${checks.length} tables, mappings and rules are not live.`);
  return json(200, { status: 'ok' });
});
