/** A mapping goes on where it was when DynamoDB Streams misbehaves. */
import { expect, test, vi } from 'vitest';
import { createQueue } from '../../../../../../infra/local/services/sqs/local-queue.ts';
import { aQueue } from '../../sqs/a-queue.ts';
import { mapped, numbered, records } from './mapped-shards.ts';
import { answer, failure } from './plain-functions.ts';
import { failWith, scriptedStream } from './scripted-shards.ts';

test('a child shard waits until its parent is handled, not only read', async () => {
  const shards = [
    { id: 'child', parentId: 'parent', records: numbered('a', 2) },
    { id: 'parent', records: numbered('a', 1) },
  ];
  let release = () => {};
  const read: string[] = [];
  const source = scriptedStream(shards, { onRead: (shardId) => read.push(shardId) });
  const { target, mapping } = mapped(source, () => new Promise((resolve) => (release = () => resolve(answer()))));
  await vi.waitUntil(() => target.events.length === 1);
  await new Promise(setImmediate);
  expect(read).toEqual(['parent']);
  release();
  await vi.waitUntil(() => target.events.length === 2);
  release();
  await mapping.stop();
  expect(target.events.flatMap(records).map(({ number }) => number)).toEqual([1, 2]);
});

test('an expired iterator is replaced by one behind the last record', async () => {
  let expired = false;
  const source = scriptedStream([{ id: 'shard', records: numbered('a', 1, 2, 3, 4, 5) }], {
    pageSize: 2,
    onRead: (_, index) => {
      if (index !== 2 || expired) return;
      expired = true;
      failWith('ExpiredIteratorException');
    },
  });
  const { target, mapping, lines } = mapped(source, () => answer());
  await vi.waitUntil(() => target.events.flatMap(records).length >= 5);
  await mapping.stop();
  expect(target.events.flatMap(records).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(lines.filter((line) => line.includes('Expired'))).toEqual([]);
});

test('records that are trimmed before they are read are said to be gone', async () => {
  let trimmed = false;
  const source = scriptedStream([{ id: 'shard', records: numbered('a', 1, 2) }], {
    pageSize: 1,
    onRead: (_, index) => {
      if (trimmed || index !== 1) return;
      trimmed = true;
      failWith('TrimmedDataAccessException');
    },
  });
  const { target, mapping, lines } = mapped(source, () => answer());
  await vi.waitUntil(() => target.events.flatMap(records).length >= 3);
  await mapping.stop();
  expect(lines.filter((line) => line.includes('no longer keeps the next records'))).toHaveLength(1);
});

test('a fault of the server is waited for and said once', async () => {
  let faults = 3;
  const source = scriptedStream([{ id: 'shard', records: numbered('a', 1, 2) }], {
    onRead: () => {
      faults -= 1;
      if (faults >= 0) failWith('InternalServerError');
    },
  });
  const { target, mapping, lines } = mapped(source, () => answer());
  await vi.waitUntil(() => target.events.flatMap(records).length >= 2);
  await mapping.stop();
  expect(lines.filter((line) => line.includes('InternalServerError'))).toHaveLength(1);
});

test('a stream that cannot be read at the end of the run is not said to be read again', async () => {
  const source = scriptedStream([{ id: 'shard', records: [] }], { onRead: () => failWith('InternalServerError') });
  const { mapping, lines } = mapped(source, () => answer());
  await vi.waitUntil(() => lines.length > 0);
  await mapping.stop();
  expect(lines).toEqual([expect.stringContaining('cannot be read (InternalServerError')]);
});

test('LATEST passes over closed shards and reads the children of the open ones whole', async () => {
  const shards = [
    { id: 'closed', records: numbered('a', 1) },
    { id: 'open', parentId: 'closed', records: numbered('a', 2) },
    { id: 'child', parentId: 'open', records: numbered('a', 3) },
  ];
  const source = scriptedStream(shards);
  let described = 0;
  const describe = async () => {
    described += 1;
    const seen = described === 1 ? shards.slice(0, 2) : shards;
    return {
      enabled: false,
      shards: seen.map(({ id, parentId }) => ({ id, parentId, closed: id === 'closed' || described > 1 })),
    };
  };
  const { target, mapping } = mapped({ ...source, describe }, () => answer(), { startingPosition: 'LATEST' });
  await vi.waitUntil(() => target.events.length >= 1);
  await mapping.stop();
  expect(target.events.flatMap(records)).toEqual(numbered('a', 3));
});

test('an on-failure queue that refuses the record stops the mapping with a clear line', async () => {
  const onFailure = createQueue(aQueue({ fifo: true }));
  const source = scriptedStream([{ id: 'shard', records: numbered('a', 1) }]);
  const { mapping, lines } = mapped(source, () => failure, { maximumRetryAttempts: 0, onFailure });
  await vi.waitUntil(() => lines.length > 0);
  expect(lines[0]).toMatch(/^error projector: Reading the stream of accounts ended by a fault: .*MessageGroupId/);
  expect(mapping.live()).toBe(false);
  await mapping.stop();
});
