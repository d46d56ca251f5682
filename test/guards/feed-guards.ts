/** Which lines keep the feed and the rows of projections exactly once in effect? */
import type { Guard } from './guard.ts';

const FEED = ['test/shared/store/feed.test.ts', 'test/shared/store/feed.property.test.ts'];
const WRITER = 'test/shared/store/feed-writer.test.ts';
const READER = 'test/shared/store/feed-reader.test.ts';
const FEED_DYNAMODB = 'test/shared/store/feed.dynamodb.test.ts';
const ROWS = 'test/shared/projection/row-store.dynamodb.test.ts';
const PROJECTION = ['test/shared/projection/project-stream.test.ts', 'test/shared/projection/refused-messages.test.ts'];
const CONSUMER = 'test/shared/lambda/projection-consumer.test.ts';
const RELAY = 'test/shared/lambda/relay.test.ts';

export const feedGuards: readonly Guard[] = [
  {
    name: 'a batch of the feed is added on condition of the head',
    file: 'shared/store/dynamodb/dynamodb-feed-table.ts',
    find: "'attribute_not_exists(#partition)'",
    replace: "'attribute_not_exists(nothing) OR attribute_exists(#partition)'",
    tests: [FEED_DYNAMODB],
  },
  {
    name: 'the index has a batch before the next one follows',
    file: 'shared/store/feed-writer.ts',
    find: 'await table.index(recent);',
    replace: '',
    tests: [...FEED, WRITER],
  },
  {
    name: 'what the newest batch holds is fed',
    file: 'shared/store/feed-writer.ts',
    find: 'return new Map([...(await table.lookUp(keys)), ...positionsByKey(recent)]);',
    replace: 'return await table.lookUp(keys);',
    tests: [...FEED, WRITER],
  },
  {
    name: 'a commit is fed after those before it',
    file: 'shared/store/feed-line.ts',
    find: 'after < commit.version - 1 ? await log.commitsAfter(stream, after) : NOTHING',
    replace: 'NOTHING',
    tests: [...FEED, WRITER],
  },
  {
    name: 'a torn stream is not fed',
    file: 'shared/store/feed-line.ts',
    find: 'if (torn !== undefined) {',
    replace: 'if (torn === null) {',
    tests: [...FEED, WRITER],
  },
  {
    name: 'a hole in the feed is told',
    file: 'shared/store/feed-reader.ts',
    find: 'if (batch.position !== expected) throw corrupted(partition, expected, batch.position);',
    replace: '',
    tests: [READER],
  },
  {
    name: 'a batch is reported from its first failed record',
    file: 'shared/lambda/relay.ts',
    find: 'failed.has(record) || late.has(record)',
    replace: 'failed.has(record)',
    tests: [RELAY],
  },
  {
    name: 'a row is written on condition of its watermark',
    file: 'shared/store/dynamodb/dynamodb-row-store.ts',
    find: "'watermark = :from'",
    replace: "'watermark >= :from'",
    tests: [ROWS],
  },
  {
    name: 'a first row is written on condition',
    file: 'shared/store/dynamodb/dynamodb-row-store.ts',
    find: "'attribute_not_exists(watermark)'",
    replace: "'attribute_not_exists(nothing)'",
    tests: [ROWS],
  },
  {
    name: 'a row that others have moved on is read again',
    file: 'shared/projection/project-stream.ts',
    find: 'if (await rows.write(key, { from, watermark, row })) return watermark;',
    replace: 'await rows.write(key, { from, watermark, row });\n    return watermark;',
    tests: PROJECTION,
  },
  {
    name: 'a row begins after its watermark',
    file: 'shared/projection/row-up-to.ts',
    find: 'let last: number | null = watermark;',
    replace: 'let last: number | null = 0;',
    tests: PROJECTION,
  },
  {
    name: 'a message that announces too much comes back',
    file: 'shared/lambda/projection-consumer.ts',
    find: 'version > reached',
    replace: 'version < 0',
    tests: [CONSUMER],
  },
];
