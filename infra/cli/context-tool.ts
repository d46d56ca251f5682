/** What the tools for one context have in common: how it is chosen, and where its tables are. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { contexts } from '../../functions/contexts.ts';
import { adoptedLogs, type LogTables } from '../adopted-logs.ts';
import { type Settings, stageSettings } from '../stage-settings.ts';
import { contextStack, findTables } from './find-tables.ts';
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
  --events-table, --feed-table <name>   instead of those that cdk.json names for the stage, or that have the stack's name`;

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
  readonly tables: LogTables;
};

/**
 * `settings` are those of `cdk.json`: a log that a stage keeps in other tables is looked for there. Throws, in one line, when there is no
 * such context, or not one table of each kind.
 */
export async function openContext(values: Values, settings: Settings = projectSettings()): Promise<ContextTool> {
  const context = chosenContext(values.context);
  const { stage } = values;
  const stack = values.stack ?? contextStack(context.name, stage);
  const client = openDynamoDb();
  const adopted = values.stack === undefined ? adoptedLog(context, stage, settings) : undefined;
  const tables = await findTables(client, {
    stack,
    events: values['events-table'] ?? adopted?.events,
    feed: values['feed-table'] ?? adopted?.feed,
  });
  return { context, stage, stack, client, tables };
}

/** Of a context whose log the stage keeps in other tables, as `cdk.json` says. Throws one line when its settings are not usable. */
export function adoptedLog(
  { name }: ContextCatalog,
  stage: string | undefined,
  settings: Settings = projectSettings(),
): LogTables | undefined {
  const faults: string[] = [];
  const report = (line: string) => void faults.push(line);
  const ofStage = stageSettings({ ...settings, ...(stage !== undefined && { stage }) }, report);
  const adopted = adoptedLogs(ofStage, contexts, report).get(name);
  if (faults.length > 0) throw new Error(`cdk.json: ${faults.join(' ')}`);
  return adopted;
}

function projectSettings(): Settings {
  const file = readFileSync(resolve(import.meta.dirname, '../../cdk.json'), 'utf8');
  return JSON.parse(file).context;
}
