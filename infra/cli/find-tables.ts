/** The tables and queues of a context, found by the names that a deployment and a local run give them. */
import { DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, QueueDoesNotExist, type SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { EVENTS_TABLE, FEED_TABLE, QUERY_TABLE } from '#shared/dynamodb/index.ts';
import type { LogTables } from '../adopted-logs.ts';
import { deadLettersName } from '../deployed-names.ts';
import { stagePrefix } from '../stage-prefix.ts';

type Search = {
  /** Its name begins the names of its tables. */
  readonly stack: string;
  /** Names that are given are not looked for. */
  readonly events?: string | undefined;
  readonly feed?: string | undefined;
};

/** Of a context: `tributary-accounts`, or `test-tributary-accounts`. Throws when the stage's name is not usable. */
export const contextStack = (context: string, stage: string | undefined): string => `${stagePrefix(stage)}-${context}`;

/**
 * `tributary-accounts-Events…` and `tributary-accounts-Feed…`: stack and logical id, as CloudFormation and the local cloud
 * name a table. Throws one line that says what there is when there is not exactly one of each.
 */
export async function findTables(client: DynamoDBDocumentClient, search: Search): Promise<LogTables> {
  const { events, feed } = search;
  if (events !== undefined && feed !== undefined) return { events, feed };
  const stack = `${search.stack}-`;
  const names = (await allTables(client)).filter((name) => name.startsWith(stack));
  const only = (logicalId: string, option: string) => {
    const found = names.filter((name) => name.slice(stack.length).startsWith(logicalId));
    if (found.length === 1 && found[0] !== undefined) return found[0];
    const there = found.length === 0 ? 'There is no table' : `There are ${found.join(' and ')}; which is the table`;
    throw new Error(`${there} ${stack}${logicalId}…. Name it with ${option}, or choose another --stage.`);
  };
  return {
    events: events ?? only(EVENTS_TABLE.logicalId, '--events-table'),
    feed: feed ?? only(FEED_TABLE.logicalId, '--feed-table'),
  };
}

export type FollowerKind = 'projection' | 'process-manager';

type OfFollower = { readonly stack: string; readonly kind: FollowerKind; readonly name: string };

/** How the name of a query table begins: `tributary-accounts-ProjectionsummaryRows`. */
export function queryTableStart({ stack, kind, name }: OfFollower): string {
  // A logical id is a construct's path without anything but letters and digits.
  const part = `${kind === 'projection' ? 'Projection' : 'Process'}${name.replaceAll('-', '')}`;
  return `${stack}-${part}${QUERY_TABLE.logicalId}`;
}

/** The query table of a projection or a process manager. Throws one line when there is not exactly one. */
export async function findQueryTable(client: DynamoDBDocumentClient, follower: OfFollower): Promise<string> {
  const start = queryTableStart(follower);
  const found = (await allTables(client)).filter((name) => name.startsWith(start));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const there = found.length === 0 ? 'There is no table' : `There are ${found.join(' and ')}; which is the table`;
  throw new Error(`${there} ${start}…. Choose another --stage.`);
}

/** The URL of the queue of a projection or a process manager, or of its dead letters. Throws one line when there is none. */
export async function queueUrl(
  client: SQSClient,
  { stack, name, part }: Omit<OfFollower, 'kind'> & { readonly part: 'queue' | 'dead letters' },
): Promise<string> {
  const queue = `${stack}-${name}`;
  const QueueName = part === 'queue' ? queue : deadLettersName(queue);
  try {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
    if (QueueUrl !== undefined) return QueueUrl;
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
  }
  throw new Error(`There is no queue ${QueueName}. Choose another --stage or --stack.`);
}

/** How many items there are, as far as the service knows: it counts every six hours, DynamoDB Local always. */
export async function itemCount(client: DynamoDBDocumentClient, table: string): Promise<number> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  return Table?.ItemCount ?? 0;
}

async function allTables(client: DynamoDBDocumentClient): Promise<string[]> {
  const names: string[] = [];
  let ExclusiveStartTableName: string | undefined;
  do {
    const page = await client.send(new ListTablesCommand({ ExclusiveStartTableName }));
    names.push(...(page.TableNames ?? []));
    ExclusiveStartTableName = page.LastEvaluatedTableName;
  } while (ExclusiveStartTableName !== undefined);
  return names;
}
