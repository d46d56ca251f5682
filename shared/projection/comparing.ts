/** The rows and entries of a version, compared with those of another, or with what the log makes of its streams. */
import { jsonDigest, type StreamId } from '#shared/event/index.ts';
import {
  type Commit,
  type EventStore,
  type LogSegments,
  lastVersion,
  recordedEvents,
} from '#shared/event-store/index.ts';
import { type AnyProjection, startProjecting } from './projection.ts';
import {
  ENTRY_SORT,
  type ItemKey,
  type ProjectionVersions,
  ROW_SORT,
  type VersionItem,
} from './projection-versions.ts';
import { entryPosition, type QueryTable, type StoredRow } from './query-table.ts';

export type Counts = { equal: number; different: number; onlyHere: number; onlyThere: number };
export type Comparison = { readonly rows: Counts; readonly entries: Counts; readonly examples: string[] };

const MAXIMUM_EXAMPLES = 10;

const noCounts = (): Counts => ({ equal: 0, different: 0, onlyHere: 0, onlyThere: 0 });

/** One version (here) beside another (there), while both may be written. Reads both twice; memory holds a page of each. */
export async function compareVersions(
  versions: Pick<ProjectionVersions, 'scan' | 'read'>,
  { here, there }: { readonly here: number; readonly there: number },
): Promise<Comparison> {
  const comparison: Comparison = { rows: noCounts(), entries: noCounts(), examples: [] };
  const count = ({ key, sort }: ItemKey, what: keyof Counts) => {
    (sort === ROW_SORT ? comparison.rows : comparison.entries)[what] += 1;
    if (what === 'equal' || comparison.examples.length === MAXIMUM_EXAMPLES) return;
    const name = sort === ROW_SORT ? `the row of ${key}` : `an entry under ${key}`;
    const told = {
      different: 'is different',
      onlyHere: `is only in version ${here}`,
      onlyThere: `is only in version ${there}`,
    };
    comparison.examples.push(`${name} ${told[what]}`);
  };
  await versions.scan(async (items) => {
    const mine = items.filter(({ version }) => version === here);
    const found = byName(await versions.read(mine.map((item) => ({ ...item, version: there }))));
    for (const item of mine) {
      const other = found.get(nameOf(item));
      count(item, other === undefined ? 'onlyHere' : isEqual(item.content, other.content) ? 'equal' : 'different');
    }
    const theirs = items.filter(({ version }) => version === there);
    const known = byName(await versions.read(theirs.map((item) => ({ ...item, version: here }))));
    for (const item of theirs) if (!known.has(nameOf(item))) count(item, 'onlyThere');
  });
  return comparison;
}

const nameOf = ({ key, sort }: Pick<ItemKey, 'key' | 'sort'>) => JSON.stringify([key, sort]);
const byName = (items: readonly VersionItem[]) => new Map(items.map((item) => [nameOf(item), item]));
const isEqual = (one: unknown, other: unknown) => jsonDigest(one ?? null) === jsonDigest(other ?? null);

type LogComparisonPorts = {
  readonly table: QueryTable;
  readonly versions: Pick<ProjectionVersions, 'read'>;
  readonly store: Pick<EventStore, 'readCommits'>;
  readonly log: LogSegments;
};

/** `behind` are the streams of which the log has more than the row; parked ones are told apart. */
export type LogComparison = {
  streams: number;
  different: number;
  behind: number;
  parked: number;
  readonly examples: string[];
};

/**
 * Folds every stream up to where its row is, and compares row and entries with that, while others write. What no commit of a
 * stream has ever touched is not looked for.
 */
export async function compareWithLog(
  ports: LogComparisonPorts,
  projection: AnyProjection,
  progress: (commits: number) => void = () => {},
): Promise<LogComparison> {
  const told: LogComparison = { streams: 0, different: 0, behind: 0, parked: 0, examples: [] };
  for (let after: string | undefined, isEnd = false; !isEnd; ) {
    const page = await ports.log.page(0, 1, after);
    const streams = Map.groupBy(page.commits, ({ stream }) => stream);
    // What a page has cut off from its beginning has been compared with the page before.
    const begun = [...streams].filter(([, [first]]) => first?.version === 1);
    const rows = await ports.table.readMany(
      begun.map(([stream]) => stream),
      { consistent: true },
    );
    for (const [stream, commits] of begun) {
      await compareStream(ports, projection, { stream, commits, row: rows.get(stream) }, told);
    }
    progress(page.commits.length);
    after = page.next;
    isEnd = after === undefined;
  }
  return told;
}

/** A row that has moved on while its entries were read is compared once more. */
const MAXIMUM_LOOKS = 5;

async function compareStream(
  { table, versions, store }: LogComparisonPorts,
  projection: AnyProjection,
  {
    stream,
    commits,
    row: first,
  }: { readonly stream: StreamId; readonly commits: readonly Commit[]; readonly row: StoredRow | undefined },
  told: LogComparison,
): Promise<void> {
  told.streams += 1;
  let row = first;
  for (let look = 1; look <= MAXIMUM_LOOKS; look += 1) {
    const watermark = row?.watermark ?? 0;
    const fault = await faultOf({ versions, store }, projection, { stream, commits, row, watermark });
    const end = Math.max(...commits.map(lastVersion));
    const isParked = row?.parked !== undefined;
    row = fault === undefined ? row : await table.read(stream, { consistent: true });
    if (fault !== undefined && (row?.watermark ?? 0) !== watermark) continue;
    if (fault !== undefined) told.different += 1;
    else if (isParked) told.parked += 1;
    else if (watermark < end) told.behind += 1;
    const what = fault ?? (isParked || watermark >= end ? undefined : `is at ${watermark}, the log at ${end}`);
    if (what !== undefined && told.examples.length < MAXIMUM_EXAMPLES) told.examples.push(`${stream} ${what}`);
    return;
  }
}

type Compared = {
  readonly stream: StreamId;
  readonly commits: readonly Commit[];
  readonly row: StoredRow | undefined;
  readonly watermark: number;
};

async function faultOf(
  { versions, store }: Pick<LogComparisonPorts, 'versions' | 'store'>,
  projection: AnyProjection,
  { stream, commits, row, watermark }: Compared,
): Promise<string | undefined> {
  if (row === undefined || row.announced !== undefined) return undefined;
  const projecting = startProjecting(projection, projection.initialRow);
  const end = lastVersion(commits.at(-1) ?? { version: 1, events: [] });
  let reached = 0;
  const add = (all: readonly Commit[]) => {
    for (const commit of all) {
      if (lastVersion(commit) > watermark) break;
      for (const event of recordedEvents(commit)) projecting.add(event);
      reached = lastVersion(commit);
    }
  };
  if (watermark <= end) add(commits);
  while (reached < watermark) {
    const before = reached;
    add((await store.readCommits(stream, { after: reached })).commits);
    if (reached === before) return `has a row at ${watermark}, which is not the end of a commit`;
  }
  const { row: expected, put, remove } = projecting.projected();
  if (!isEqual(row.row, expected)) return `has another row at ${watermark}`;
  const keyOf = ({ key, sort }: { readonly key: string; readonly sort: string }) => ({
    version: projection.version,
    key,
    sort: `${ENTRY_SORT}${entryPosition(sort, stream)}`,
  });
  const found = byName(await versions.read([...put, ...remove].map(keyOf)));
  const wrong = put.find((entry) => {
    const item = found.get(nameOf(keyOf(entry)));
    return item === undefined || !isEqual(item.content, entry.value);
  });
  if (wrong !== undefined) return `has not, or has another, entry under ${wrong.key}`;
  const left = remove.find((key) => found.has(nameOf(keyOf(key))));
  return left && `has still an entry under ${left.key}`;
}
