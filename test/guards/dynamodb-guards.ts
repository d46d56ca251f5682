/** Which lines keep the event store on DynamoDB right? */
import type { Guard } from './guard.ts';

const DYNAMODB = 'test/shared/store/dynamodb-event-store.dynamodb.test.ts';
const FAILURES = 'test/shared/store/failing-service.dynamodb.test.ts';

const ALWAYS_TRUE = "'attribute_not_exists(nothing)'";

export const dynamodbGuards: readonly Guard[] = [
  {
    name: 'a put is conditional',
    file: 'shared/store/dynamodb/put-commit.ts',
    find: "'attribute_not_exists(version)'",
    replace: ALWAYS_TRUE,
    tests: [DYNAMODB],
  },
  {
    name: 'a commit in a transaction is conditional',
    file: 'shared/store/dynamodb/transaction.ts',
    find: "'attribute_not_exists(version)'",
    replace: ALWAYS_TRUE,
    tests: [DYNAMODB],
  },
  {
    name: 'a put whose answer was lost is recognised',
    file: 'shared/store/dynamodb/put-commit.ts',
    find: "error.Item?.events?.S === item.events ? 'written' : 'conflict'",
    replace: "'conflict'",
    tests: [DYNAMODB],
  },
  {
    name: 'a transaction whose answer was lost is recognised',
    file: 'shared/store/dynamodb/transaction.ts',
    find: "if (items.every((item, index) => reasons[index]?.Item?.events?.S === item.events)) return { kind: 'written' };",
    replace: '',
    tests: [DYNAMODB],
  },
  {
    name: 'a part of a transaction is not taken for all of it',
    file: 'shared/store/dynamodb/transaction.ts',
    find: 'items.every(',
    replace: 'items.some(',
    tests: [DYNAMODB],
  },
  {
    name: 'a transaction conflict on a put is a conflict',
    file: 'shared/store/dynamodb/put-commit.ts',
    find: "if (error instanceof TransactionConflictException) return { kind: 'conflict' };",
    replace: '',
    tests: [FAILURES],
  },
  {
    name: 'a transaction conflict in a transaction is a conflict',
    file: 'shared/store/dynamodb/transaction.ts',
    find: " || reasons.some(({ Code }) => Code === 'TransactionConflict')",
    replace: '',
    tests: [FAILURES],
  },
  {
    name: 'a transaction in progress may yet be written',
    file: 'shared/store/dynamodb/failures.ts',
    find: "  'TransactionInProgressException',\n",
    replace: '',
    tests: [FAILURES],
  },
  {
    name: 'a throttled transaction is not now',
    file: 'shared/store/dynamodb/transaction.ts',
    find: 'if (throttled !== undefined) throw Object.assign(error, { name: throttled.Code });',
    replace: '',
    tests: [FAILURES],
  },
  {
    name: 'a unique value is taken on condition',
    file: 'shared/store/dynamodb/transaction.ts',
    find: "'attribute_not_exists(holder) OR holder = :holder'",
    replace: "'attribute_not_exists(nothing) OR holder = :holder'",
    tests: [DYNAMODB],
  },
  {
    name: 'a unique value is free to its holder',
    file: 'shared/store/dynamodb/transaction.ts',
    find: "'attribute_not_exists(holder) OR holder = :holder'",
    replace: "'attribute_not_exists(holder) OR version = :holder'",
    tests: [DYNAMODB],
  },
  {
    name: 'queries are strongly consistent',
    file: 'shared/store/dynamodb/commit-queries.ts',
    find: 'ConsistentRead: true',
    replace: 'ConsistentRead: false',
    tests: [DYNAMODB],
  },
  {
    name: 'a single commit is read strongly',
    file: 'shared/store/dynamodb/dynamodb-event-store.ts',
    find: 'ConsistentRead: true',
    replace: 'ConsistentRead: false',
    tests: [DYNAMODB],
  },
];
