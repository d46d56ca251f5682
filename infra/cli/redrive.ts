/** `npm run redrive -- --context accounts --projection summary` applies what waits in parked streams, in order. */
import { parseArgs } from 'node:util';
import { eventDefinitions } from '#shared/catalog/index.ts';
import { parseStreamId } from '#shared/event/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { createDynamoDbQueryTable } from '#shared/projection/dynamodb/index.ts';
import { allParked, catchUp, redriveStream } from '#shared/projection/index.ts';
import { findQueryTable, findTables } from './find-tables.ts';
import { chosenContext, chosenProjection, isAgreed, openDynamoDb, runTool } from './run-tool.ts';

const USAGE = `npm run redrive -- --context <name> --projection <name> [--stream <stream>] [--yes]
  --stream <stream>        this one alone, for example account-42
  --yes                    without asking
  --stage <name>           of a deployment that has one
  --events-table, --query-table <name>   instead of looking for them
It applies the events with the code of this checkout, and parks again what still cannot be applied. Safe to repeat.
DYNAMODB_ENDPOINT chooses a running DynamoDB Local, as npm start prints its address; without it, the account of your AWS credentials.
Ends with 0 when nothing is parked any more, 1 when something is, 2 when the input is not understood or nobody answers.`;

const options = {
  context: { type: 'string' },
  projection: { type: 'string' },
  stream: { type: 'string' },
  stage: { type: 'string' },
  'events-table': { type: 'string' },
  'query-table': { type: 'string' },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const context = chosenContext(values.context);
  const projection = chosenProjection(context, values.projection);
  const search = { context: context.name, stage: values.stage };
  const client = openDynamoDb();
  const tableName =
    values['query-table'] ?? (await findQueryTable(client, { ...search, kind: 'projection', name: projection.name }));
  const events = values['events-table'] ?? (await findTables(client, search)).events;
  const table = createDynamoDbQueryTable({ client, table: tableName, version: projection.version });
  const store = createDynamoDbEventStore({ client, table: events, events: eventDefinitions(context) });

  const all = await allParked(table);
  const chosen = values.stream === undefined ? all : all.filter(({ stream }) => stream === values.stream);
  if (values.stream !== undefined && chosen.length === 0) {
    const what = parseStreamId(values.stream) === undefined ? 'is no stream' : 'is not parked';
    const there = all.length === 0 ? 'none is' : all.map(({ stream }) => stream).join(', ');
    throw new Error(`${values.stream} ${what}; parked in ${projection.name}: ${there}`);
  }
  if (chosen.length === 0) {
    console.log(`Nothing is parked in ${projection.name}.`);
    return 0;
  }
  for (const { stream, version, error, at } of chosen) {
    console.log(`${stream} is parked at version ${version} since ${at}: ${error}`);
  }
  if (
    !values.yes &&
    !(await isAgreed(`Apply what waits in ${chosen.length === 1 ? 'it' : `these ${chosen.length} streams`}?`))
  )
    return 1;
  const left: string[] = [];
  for (const { stream } of chosen) {
    try {
      const ports = { table, store, clock: () => new Date() };
      const toItsEnd = () => catchUp(ports, projection, stream, Number.MAX_SAFE_INTEGER);
      const reached = await redriveStream(ports, projection, stream, toItsEnd);
      console.log(`${stream} has reached version ${reached}`);
    } catch (error) {
      left.push(stream);
      console.log(`${stream} stays parked: ${error instanceof Error ? error.message : error}`);
    }
  }
  return left.length === 0 ? 0 : 1;
}

await runTool(main);
