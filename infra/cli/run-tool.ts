/** What the tools of the command line share: the clients, and how a failure is told. */
import { createInterface } from 'node:readline/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type ContextCatalog, contextNamed, projectionNamed } from '#shared/catalog/index.ts';
import type { AnyProjection } from '#shared/projection/index.ts';
import { contexts } from '../../functions/contexts.ts';

/** A local run takes any region and any credentials. */
const LOCAL = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** Of the local run at DYNAMODB_ENDPOINT, or else of the account. */
export function openDynamoDb(): DynamoDBDocumentClient {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  const client = new DynamoDBClient(endpoint === undefined ? {} : { ...LOCAL, endpoint });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** Of the local run at EVENTBRIDGE_PORT, or else of the account. Throws when only one of the two is local. */
export function openEventBridge(): EventBridgeClient {
  const { DYNAMODB_ENDPOINT: endpoint, EVENTBRIDGE_PORT: port } = process.env;
  if ((endpoint === undefined) !== (port === undefined)) {
    throw new Error('For a local run set both DYNAMODB_ENDPOINT and EVENTBRIDGE_PORT, for an account none of them.');
  }
  return new EventBridgeClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
    ...(port !== undefined && { ...LOCAL, endpoint: `http://127.0.0.1:${port}` }),
  });
}

/** Of the local run at SQS_ENDPOINT, or else of the account. Throws when only one of the two is local. */
export function openQueues(): SQSClient {
  const { DYNAMODB_ENDPOINT, SQS_ENDPOINT: endpoint } = process.env;
  if ((DYNAMODB_ENDPOINT === undefined) !== (endpoint === undefined)) {
    throw new Error('For a local run set both DYNAMODB_ENDPOINT and SQS_ENDPOINT, for an account none of them.');
  }
  return new SQSClient(endpoint === undefined ? {} : { ...LOCAL, endpoint });
}

/** Throws, with the names that there are, when there is no such context. */
export function chosenContext(name: string | undefined): ContextCatalog {
  if (name === undefined) throw new Error(`Say which context: ${contexts.map((context) => context.name).join(', ')}.`);
  return contextNamed(contexts, name);
}

/** Throws, with the names that there are, when the context has no such projection. */
export function chosenProjection(context: ContextCatalog, name: string | undefined): AnyProjection {
  if (name !== undefined) return projectionNamed(context, name);
  throw new Error(`Say which projection: ${context.projections.map((projection) => projection.name).join(', ')}.`);
}

/** Asks a person; whatever is not yes is no, also the end of the input. */
export async function isAgreed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new Promise<string>((end) => terminal.once('close', () => end('')));
  const answer = await Promise.race([terminal.question(`${question} [y/N] `), ended]);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** Ends the process with what `main` gives, or with 2 and one line that says what is wrong and what to do. */
export async function runTool(main: () => Promise<number>): Promise<void> {
  try {
    assertNothingSwallowed(process.env);
    process.exitCode = await main();
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 2;
  }
}

/** What tools are told most, and npm has no use for. */
const TOLD = ['stage', 'stack', 'context', 'projection', 'stream'];

/** npm takes what stands before a `--` for itself: `npm run redrive --stage=test` would be about the stage without a name. */
function assertNothingSwallowed(environment: NodeJS.ProcessEnv): void {
  const { npm_lifecycle_event: script } = environment;
  const option = TOLD.find((name) => environment[`npm_config_${name}`] !== undefined);
  if (script === undefined || option === undefined) return;
  throw new Error(`npm has kept --${option} for itself; put -- before it: npm run ${script} -- --${option} <name>.`);
}

const isUsage = (error: Error) => 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

function explain(error: unknown): string {
  const reason = error instanceof AggregateError ? error.errors[0] : error;
  const { message, cause } = reason instanceof Error ? reason : new Error(String(reason));
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause;
  const why = inner instanceof Error ? ` (${inner.name}: ${inner.message})` : '';
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  const where =
    endpoint === undefined
      ? 'For a local run set DYNAMODB_ENDPOINT to the address that npm start prints.'
      : `DYNAMODB_ENDPOINT is ${endpoint}; is a DynamoDB Local running there?`;
  // What the tools throw themselves says what to do; a system that does not answer does not.
  const own = why === '' && reason instanceof Error && (reason.name === 'Error' || isUsage(reason));
  const what = `${message}${why}`.replaceAll(/\s*\n\s*/g, ' ').replace(/\.?$/, '.');
  return `${what}${own && !('errno' in Object(reason)) ? '' : ` ${where}`} --help tells more.`;
}
