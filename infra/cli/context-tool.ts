/** What the tools for one context have in common: how it is chosen, and where its tables are. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { contextStack, type FeedTableNames, findTables } from './find-tables.ts';
import { chosenContext, openDynamoDb } from './run-tool.ts';

export const contextOptions = {
  context: { type: 'string' },
  stage: { type: 'string' },
  stack: { type: 'string' },
  'events-table': { type: 'string' },
  'feed-table': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** The lines of a tool's usage about them. */
export const CONTEXT_USAGE = `  --stage <name>           of a deployment that has one
  --stack <name>           of the context, where it is not tributary-<context>
  --events-table, --feed-table <name>   instead of looking for them`;

type Values = {
  readonly context?: string | undefined;
  readonly stage?: string | undefined;
  readonly stack?: string | undefined;
  readonly 'events-table'?: string | undefined;
  readonly 'feed-table'?: string | undefined;
};

export type ContextTool = {
  readonly context: ContextCatalog;
  readonly stage: string | undefined;
  /** Its name. */
  readonly stack: string;
  readonly client: DynamoDBDocumentClient;
  readonly tables: FeedTableNames;
};

/** Throws, in one line, when there is no such context or not one table of each kind. */
export async function openContext(values: Values): Promise<ContextTool> {
  const context = chosenContext(values.context);
  const { stage } = values;
  const stack = values.stack ?? contextStack(context.name, stage);
  const client = openDynamoDb();
  const tables = await findTables(client, {
    stack,
    events: values['events-table'],
    feed: values['feed-table'],
  });
  return { context, stage, stack, client, tables };
}
