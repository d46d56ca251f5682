/** Which lines keep every event store, and the events in it, right? */
import type { Guard } from './guard.ts';

const MEMORY = 'test/shared/store/in-memory.test.ts';
const DYNAMODB = 'test/shared/store/dynamodb-event-store.dynamodb.test.ts';
const SNAPSHOTS = 'test/shared/command/snapshots.test.ts';
const FEED_READER = 'test/shared/store/feed-reader.test.ts';
const EVENTS = 'test/shared/event/event-definitions.test.ts';

export const storeGuards: readonly Guard[] = [
  {
    name: 'in memory, an append checks the head',
    file: 'shared/store/in-memory/in-memory-event-store.ts',
    find: "if (appends.some(({ token }) => versionOf(token.stream) !== token.version)) return { kind: 'conflict' };",
    replace: '',
    tests: [MEMORY],
  },
  {
    name: 'in memory, an append that is sent again is recognised',
    file: 'shared/store/in-memory/in-memory-event-store.ts',
    find: "if (items.every(isThere)) return { kind: 'appended', tokens };",
    replace: '',
    tests: [MEMORY],
  },
  {
    name: 'in memory, a unique value has one holder',
    file: 'shared/store/in-memory/in-memory-event-store.ts',
    find: "for (const [key, value] of claims) if (heldElsewhere(key)) return { kind: 'unique-value-taken', unique: value };",
    replace: '',
    tests: [MEMORY],
  },
  {
    name: 'an append takes tokens that a store made',
    file: 'shared/store/token.ts',
    find: 'if (proven.has(token)) return;',
    replace: 'return;',
    tests: [MEMORY],
  },
  {
    name: 'a token cannot be changed',
    file: 'shared/store/token.ts',
    find: 'Object.freeze(token)',
    replace: 'token',
    tests: [MEMORY],
  },
  {
    name: 'commits follow each other without a gap',
    file: 'shared/store/contiguity.ts',
    find: 'if (commit.version !== version + 1)',
    replace: 'if (commit.version < 0)',
    tests: [MEMORY],
  },
  {
    name: 'a commit of more than 400 KB is refused',
    file: 'shared/store/commit-item.ts',
    find: 'assertCommitFits(stream, itemBytes(bare));',
    replace: '',
    tests: [MEMORY],
  },
  {
    name: 'a snapshot that does not fit is left out',
    file: 'shared/store/commit-item.ts',
    find: 'itemBytes(item) <= MAXIMUM_ITEM_BYTES ? item : bare',
    replace: 'item',
    tests: [MEMORY],
  },
  {
    name: 'a transaction has at most 100 writes',
    file: 'shared/store/limits.ts',
    find: 'if (writes > MAXIMUM_TRANSACTION_WRITES)',
    replace: 'if (writes < 0)',
    tests: [MEMORY],
  },
  {
    name: 'a transaction has at most 4 MB',
    file: 'shared/store/limits.ts',
    find: 'if (bytes > MAXIMUM_TRANSACTION_BYTES)',
    replace: 'if (bytes < 0)',
    tests: [MEMORY],
  },
  {
    name: 'a unique value is a text',
    file: 'shared/store/unique-key.ts',
    find: 'if (!name.isWellFormed() || !value.isWellFormed()) {',
    replace: 'if (!name.isWellFormed()) {',
    tests: [MEMORY],
  },
  {
    name: 'no more of the feed is unpacked than a page can hold',
    file: 'shared/store/feed-reader.ts',
    find: 'found.length >= limit || bytes > MAXIMUM_PAGE_BYTES',
    replace: 'found.length >= limit',
    tests: [FEED_READER],
  },
  {
    name: 'a version still counts exactly',
    file: 'shared/store/limits.ts',
    find: 'if (Number.isSafeInteger(version)) return;',
    replace: 'return;',
    tests: [MEMORY],
  },
  {
    name: 'a snapshot of another schema is not read',
    file: 'shared/store/commit-item.ts',
    find: ' && item.snapshotSchema === snapshotSchema;',
    replace: ';',
    tests: [MEMORY],
  },
  {
    name: 'a snapshot never leaves the store with its commit',
    file: 'shared/store/commit-item.ts',
    find: 'const { snapshot: _, snapshotSchema: __, stream, ...shared } = item;',
    replace: 'const { stream, ...shared } = item;',
    tests: [MEMORY],
  },
  {
    name: 'unique keys of different names differ',
    file: 'shared/store/unique-key.ts',
    find: 'encodeURIComponent(name)',
    replace: 'name',
    tests: [MEMORY],
  },
  {
    name: 'a value that is claimed is not released',
    file: 'shared/store/unique-key.ts',
    find: '.filter((key) => !claimed.has(key))',
    replace: '',
    tests: [DYNAMODB],
  },
  {
    name: 'a stored event is lifted to its newest version',
    file: 'shared/store/commit-item.ts',
    find: '.map((event) => upcast(definitions, event))',
    replace: '',
    tests: [MEMORY],
  },
  {
    name: 'an unknown version of an event is told',
    file: 'shared/event/event-definitions.ts',
    find: ' || schemaVersion > newest',
    replace: '',
    tests: [EVENTS],
  },
  {
    name: 'large events bring a snapshot sooner',
    file: 'shared/store/snapshot-policy.ts',
    find: ' || bytes >= SNAPSHOT_EVERY_BYTES',
    replace: '',
    tests: [SNAPSHOTS],
  },
];
