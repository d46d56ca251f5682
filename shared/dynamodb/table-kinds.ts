/**
 * What is true of each kind of table, in one place: its key, the variable that names it in a function's environment, and what
 * each user of it is allowed. Constructs make tables and grants from this, functions and tools find tables by it.
 */

type TableKey = { readonly name: string; readonly type: 'S' | 'N' };

export type TableKind = {
  /** In the template; with the stack's name before it, it begins the table's name. */
  readonly logicalId: string;
  /** Holds the table's name; with an S behind it, a JSON object of the names of several. */
  readonly variable: string;
  readonly partitionKey: TableKey;
  readonly sortKey?: TableKey;
  /** The attribute that says, in seconds since 1970, from when on an item may be deleted. */
  readonly timeToLive?: string;
  /** IAM actions by what they are for. */
  readonly grants: Readonly<Record<string, readonly string[]>>;
};

/** The log of a context, with the unique values that its streams hold. */
export const EVENTS_TABLE = {
  logicalId: 'Events',
  variable: 'EVENTS_TABLE',
  partitionKey: { name: 'stream', type: 'S' },
  sortKey: { name: 'version', type: 'N' },
  grants: {
    append: ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem'],
    /** Only within a transaction: a unique value is released together with a commit; nothing else is ever deleted. */
    releaseInTransaction: ['dynamodb:DeleteItem'],
    read: ['dynamodb:Query'],
    /** Of commands that processes have sent: an answer is kept on the condition that the stream has not moved on. */
    keepAnswers: ['dynamodb:ConditionCheckItem'],
  },
} as const satisfies TableKind;

/** The feed of a context: batches, the index behind them, their number, and the streams that wait. */
export const FEED_TABLE = {
  logicalId: 'Feed',
  variable: 'FEED_TABLE',
  partitionKey: { name: 'partition', type: 'S' },
  sortKey: { name: 'position', type: 'N' },
  grants: {
    write: [
      'dynamodb:Query',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:UpdateItem',
    ],
    read: ['dynamodb:Query', 'dynamodb:GetItem'],
  },
} as const satisfies TableKind;

/** The rows and entries of one projection. */
export const QUERY_TABLE = {
  logicalId: 'Rows',
  variable: 'QUERY_TABLE',
  partitionKey: { name: 'key', type: 'S' },
  sortKey: { name: 'sort', type: 'S' },
  grants: {
    project: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
    /** Entries are removed together with a change of their row. */
    removeInTransaction: ['dynamodb:DeleteItem'],
    /** When the table was made says whether a new projection is older than the log. */
    query: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:DescribeTable'],
    /** Rows and what is parked, whatever version is active. */
    read: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
    /** Watermarks and what is parked are read, and a note of it is written. */
    reconcile: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem'],
  },
} as const satisfies TableKind;

/** What became of the commands of a context that are answered later. */
export const COMMANDS_TABLE = {
  logicalId: 'CommandLog',
  variable: 'COMMANDS_TABLE',
  partitionKey: { name: 'stream', type: 'S' },
  sortKey: { name: 'id', type: 'S' },
  timeToLive: 'expiresAt',
  grants: {
    write: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    read: ['dynamodb:GetItem'],
  },
} as const satisfies TableKind;

/** The variable that names several tables of a kind, by context or by projection. */
export const variableOfSeveral = ({ variable }: TableKind): string => `${variable}S`;
