/** What the write side costs on DynamoDB, in requests and capacity, and how it bears contention. */
import { startBenchDatabase } from '../bench-database.ts';
import { preload } from '../counter/preloaded-streams.ts';
import type { Progress, Section } from '../report.ts';
import { contentionSection } from './contention.ts';
import { costSection, wideCommitSection } from './cost.ts';

const LENGTHS = [
  { length: 1, eventBytes: 0, streams: 100 },
  { length: 10, eventBytes: 0, streams: 100 },
  { length: 100, eventBytes: 0, streams: 1 },
  { length: 1_000, eventBytes: 0, streams: 1 },
  { length: 10_000, eventBytes: 0, streams: 1 },
];

export async function* benchStore(progress: Progress): AsyncGenerator<Section> {
  progress('starting DynamoDB Local');
  await using database = await startBenchDatabase();
  const tables = await preload(database, 'store', LENGTHS, progress);
  progress('counting requests and capacity');
  yield await costSection(tables, LENGTHS);
  yield await wideCommitSection(tables);
  progress('sixteen writers on one stream');
  yield await contentionSection(tables);
  tables.kit.destroy();
  tables.bare.destroy();
}
