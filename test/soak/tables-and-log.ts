/** What the log says that is in every query table, and what is in it. */

import { isDeepStrictEqual } from 'node:util';
import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { categoryOf, type StreamId } from '#shared/event/index.ts';
import { type Commit, lastVersion, recordedEvents } from '#shared/event-store/index.ts';
import { createDynamoDbLogScanner } from '#shared/feed/dynamodb/index.ts';
import { listedEntry, type RowItem, storedRow } from '#shared/projection/dynamodb/query-table-items.ts';
import { type AnyProjection, project } from '#shared/projection/index.ts';

export type Log = ReadonlyMap<StreamId, readonly Commit[]>;

/** Every stream in order. Tells of what cannot be read, and of gaps. */
export async function readLog(
  client: DynamoDBDocumentClient,
  table: string,
  report: (difference: string) => void,
): Promise<Log> {
  const log = new Map<StreamId, Commit[]>();
  await createDynamoDbLogScanner({ client, table }).scan(async ({ commits, unreadable }) => {
    for (const { stream, version } of unreadable) report(`${stream} version ${version} cannot be read in the log`);
    for (const commit of commits) log.set(commit.stream, [...(log.get(commit.stream) ?? []), commit]);
  });
  for (const [stream, commits] of log) {
    commits.sort((one, other) => one.version - other.version);
    let version = 0;
    for (const commit of commits) {
      if (commit.version !== version + 1) report(`${stream} goes on at version ${commit.version} after ${version}`);
      version = lastVersion(commit);
    }
  }
  return log;
}

/** By what names it: a row by its stream, an entry by its key, its place and its stream. */
type Contents = Map<string, unknown>;

const rowName = (stream: string) => `the row of ${stream}`;
const entryName = (key: string, sort: string, stream: string) =>
  `the entry ${JSON.stringify([key, sort])} of ${stream}`;

function folded(projection: AnyProjection, log: Log): Contents {
  const contents: Contents = new Map();
  for (const [stream, commits] of log) {
    const last = commits.at(-1);
    if (last === undefined || !projection.categories.includes(categoryOf(stream))) continue;
    const { row, put } = project(projection, projection.initialRow, commits.flatMap(recordedEvents));
    contents.set(rowName(stream), { watermark: lastVersion(last), row });
    for (const { key, sort, value } of put) contents.set(entryName(key, sort, stream), value);
  }
  return contents;
}

async function stored(
  client: DynamoDBDocumentClient,
  TableName: string,
  { version }: AnyProjection,
): Promise<Contents> {
  const contents: Contents = new Map();
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
    for (const item of Items) {
      const key = String(item.key);
      if (key.startsWith(`v${version}!parked`)) contents.set(`the note that ${item.sort} is parked`, item.parked);
      if (!key.startsWith(`v${version}#`)) continue;
      const name = key.slice(`v${version}#`.length);
      if (item.sort === 'row') {
        contents.set(rowName(name), storedRow(item as RowItem)); // written as one
        continue;
      }
      const { stream, sort, value } = listedEntry(item);
      contents.set(entryName(name, sort, stream), value);
    }
  }
  return contents;
}

/** Reports each row and entry that is not as the log says, and gives how many are compared. */
export async function compareWithLog(
  { client, table, projection }: { client: DynamoDBDocumentClient; table: string; projection: AnyProjection },
  log: Log,
  report: (difference: string) => void,
): Promise<number> {
  const expected = folded(projection, log);
  const actual = await stored(client, table, projection);
  const text = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));
  const names = new Set([...expected.keys(), ...actual.keys()]);
  for (const name of names) {
    const [wanted, found] = [asJson(expected.get(name)), actual.get(name)];
    if (!isDeepStrictEqual(wanted, found)) {
      report(`${projection.name}: ${name} is ${text(found)}; the log says ${text(wanted)}`);
    }
  }
  return names.size;
}

/** As it would come out of a table. */
const asJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
