/** What the feed costs: in batches of the relay, read in pages, and with several relays at once. */
import { EVENTS_TABLE, FEED_TABLE } from '#shared/dynamodb/index.ts';
import { kitClient, startBenchDatabase } from '../bench-database.ts';
import { counted } from '../counted-client.ts';
import type { Progress, Section } from '../report.ts';
import { feedContentionSection } from './feed-contention.ts';
import { feedSpeedSection } from './feed-speed.ts';

export async function* benchFeed(progress: Progress): AsyncGenerator<Section> {
  progress('starting DynamoDB Local');
  await using database = await startBenchDatabase();
  const logTable = await database.table(EVENTS_TABLE, 'fed-events');
  const feedTable = await database.table(FEED_TABLE, 'feed');
  progress('writing events to the feed and reading them');
  const one = counted(kitClient(database.endpoint));
  yield await feedSpeedSection(one, { feedTable, logTable });
  one.client.destroy();
  progress('several writers at once');
  yield await feedContentionSection(database, logTable);
}
