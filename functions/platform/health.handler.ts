/** `GET /health`: whether every table, mapping and rule is live. */
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient, paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import { endpoint, json, unavailable } from '#shared/edge/http/index.ts';
import { settings } from '#shared/edge/index.ts';

const options = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};
const dynamodb = new DynamoDBClient(options);
const eventBridge = new EventBridgeClient(options);
const lambda = new LambdaClient(options);

/** A table whose settings, capacity or indexes are being changed answers as ever. */
const LIVE_TABLE: ReadonlySet<string> = new Set(['ACTIVE', 'UPDATING']);

/** Questions at a time: there may be hundreds, and the services answer only so many a second. */
const AT_A_TIME = 20;

/** What was not asked by then is not live: the answer must come before the function's time is up. */
const TIME_TO_ASK_MS = 15_000;

const mappedFunctions = settings('MAPPED_FUNCTIONS');

const checks: readonly (() => Promise<boolean>)[] = [
  ...settings('TABLES').map((TableName) => async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    return LIVE_TABLE.has(Table?.TableStatus ?? '');
  }),
  ...settings('RULES').map((rule) => async () => {
    // A rule of the default bus is named without it.
    const [Name, EventBusName] = rule.split('|').reverse();
    const { State } = await eventBridge.send(new DescribeRuleCommand({ EventBusName, Name }));
    return State === 'ENABLED';
  }),
];

export const handler = endpoint().handler(async () => {
  const results = (await Promise.all([mappings(), described()])).flat();
  const dead = results.filter((isLive) => !isLive).length;
  if (dead > 0) return unavailable(`${dead} of ${results.length} tables, mappings and rules are not live.`);
  return json(200, { status: 'ok' });
});

async function described(): Promise<boolean[]> {
  const results: boolean[] = [];
  const late = AbortSignal.timeout(TIME_TO_ASK_MS);
  for (let start = 0; start < checks.length; start += AT_A_TIME) {
    const some = checks.slice(start, start + AT_A_TIME);
    results.push(...(await Promise.all(some.map((check) => !late.aborted && check().catch(failed)))));
  }
  return results;
}

/** Their ids are known only once they are there, so they are found by the functions that they start: a hundred with one request. */
async function mappings(): Promise<boolean[]> {
  const states = new Map<string, (string | undefined)[]>(mappedFunctions.map((name) => [name, []]));
  try {
    for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client: lambda }, {})) {
      for (const { FunctionArn = '', State } of EventSourceMappings) {
        states.get(FunctionArn.split(':')[FUNCTION_NAME] ?? '')?.push(State);
      }
    }
  } catch (error) {
    failed(error);
  }
  return [...states.values()].map((own) => own.length > 0 && own.every((state) => state === 'Enabled'));
}

/** Its place in `arn:aws:lambda:<region>:<account>:function:<name>`. */
const FUNCTION_NAME = 6;

function failed(error: unknown): false {
  console.warn('A check failed', error);
  return false;
}
