/** `npm run verify -- --context accounts`: does the feed hold what the log holds? Locally and in an account, `--repair` mends it. */
import { parseArgs } from 'node:util';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { contextNamed } from '#shared/catalog/index.ts';
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { contexts } from '../functions/contexts.ts';
import { databaseClient } from './local/services/dynamodb/database.ts';
import { findTables } from './verify/feed-tables.ts';
import { verifyContext } from './verify/verify-context.ts';

const USAGE = `npm run verify -- --context <name> [--repair]
  --repair                 mend what can be mended; safe while the context is in use
  --stage <name>           of a deployment that has one
  --settle <seconds>       how long to wait for commits on their way (10)
  --events-table, --feed-table <name>   instead of looking for them
DYNAMODB_ENDPOINT chooses a running DynamoDB Local, as npm start prints its address; without it, the account of your AWS credentials.
Ends with 0 when the feed is sound, 1 when it is not, 2 when that could not be found out.`;

const options = {
  context: { type: 'string' },
  repair: { type: 'boolean', default: false },
  stage: { type: 'string' },
  settle: { type: 'string', default: '10' },
  'events-table': { type: 'string' },
  'feed-table': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return true;
  }
  if (values.context === undefined)
    throw new Error(`Say which context: ${contexts.map(({ name }) => name).join(', ')}.`);
  if (!/^\d{1,4}$/.test(values.settle)) throw new Error(`--settle is "${values.settle}"; give whole seconds.`);
  const context = contextNamed(contexts, values.context);
  const client = openClient(process.env.DYNAMODB_ENDPOINT);
  const [events, feed] = [values['events-table'], values['feed-table']];
  const tables =
    events === undefined || feed === undefined
      ? {
          ...(await findTables(client, { context: context.name, stage: values.stage })),
          ...(events && { events }),
          ...(feed && { feed }),
        }
      : { events, feed };
  return verifyContext({
    client,
    tables,
    context: context.name,
    partitions: context.feedPartitions ?? 1,
    repair: values.repair,
    settleSeconds: Number(values.settle),
    print: (line) => console.log(line),
  });
}

const openClient = (endpoint: string | undefined): DynamoDBDocumentClient =>
  endpoint === undefined
    ? createDocumentClient()
    : DynamoDBDocumentClient.from(databaseClient(endpoint), { marshallOptions: { removeUndefinedValues: true } });

/** One line: what, and what to do. */
function explain(error: unknown): string {
  const reason = error instanceof AggregateError ? error.errors[0] : error;
  const { message, cause } = reason instanceof Error ? reason : new Error(String(reason));
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  const what = `${message}${cause instanceof Error ? ` (${cause.name}: ${cause.message})` : ''}`;
  const where =
    endpoint === undefined
      ? 'To verify a local run, set DYNAMODB_ENDPOINT to the address that npm start prints.'
      : `DYNAMODB_ENDPOINT is ${endpoint}; is a DynamoDB Local running there?`;
  return `${what.replace(/\.?$/, '.')} ${where} --help tells more.`;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(explain(error));
  process.exitCode = 2;
}
