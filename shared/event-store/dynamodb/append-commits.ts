/** One commit is written with a conditional put, several with one transaction; what the service answers is told as an outcome. */
import {
  type AttributeValue,
  type CancellationReason,
  ConditionalCheckFailedException,
  type DynamoDBServiceException as ServiceException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { UniqueValue } from '#shared/aggregate/index.ts';
import { throttlingIn } from '#shared/dynamodb/index.ts';
import { type CommitItem, isSameCommit } from '../commit-item.ts';
import type { AppendOutcome, UniqueChange } from '../event-store.ts';
import { assertTransactionFits } from '../fitting-item.ts';
import { answerKey } from '../kept-answers.ts';
import { keyedChange } from '../unique-values.ts';

export type Written = Exclude<AppendOutcome, { kind: 'appended' }> | { readonly kind: 'written' };

type Target = {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly signal: AbortSignal | undefined;
};

/**
 * Writes the commit where none is yet. A put whose answer was lost is recognised, when it is sent again, by its own events
 * being there. A transaction that is under way on the item is a conflict like any other.
 */
export async function putCommit({ client, table, signal }: Target, item: CommitItem): Promise<Written> {
  try {
    await client.send(new PutCommand(ifNone(table, item)), { abortSignal: signal });
    return { kind: 'written' };
  } catch (error) {
    if (error instanceof TransactionConflictException) return { kind: 'conflict', ...unsettled(error) };
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { kind: isThere(item, error.Item) ? 'written' : 'conflict' };
  }
}

/**
 * Writes the commits and changes the unique values, all or none; the first commit's stream is the holder.
 *
 * A transaction whose answer was lost is recognised, when it is sent again, by its commits being there. Conflicts with other
 * transactions (`TransactionConflict`) are conflicts like any other.
 */
export async function transact(
  { client, table, signal }: Target,
  items: readonly CommitItem[],
  unique: UniqueChange,
): Promise<Written> {
  const { claims, releases } = keyedChange(unique);
  const holder = items[0]?.stream;
  const answer = holder !== undefined && unique.unanswered !== undefined && answerKey(holder, unique.unanswered);
  assertTransactionFits(items, claims.size + releases.size + (answer ? 1 : 0));
  const ifFreeOrOurs = {
    TableName: table,
    ConditionExpression: FREE_OR_OURS,
    ExpressionAttributeValues: { ':holder': holder },
  };
  const TransactItems: Writes = [
    ...items.map((item) => ({ Put: ifNone(table, item) })),
    ...[...claims.keys()].map((key) => ({ Put: { ...ifFreeOrOurs, Item: { stream: key, version: 0, holder } } })),
    ...[...releases].map((key) => ({ Delete: { ...ifFreeOrOurs, Key: { stream: key, version: 0 } } })),
    ...(answer ? [{ ConditionCheck: { TableName: table, Key: answer, ConditionExpression: NOT_THERE } }] : []),
  ];
  try {
    await client.send(new TransactWriteCommand({ TransactItems }), { abortSignal: signal });
    return { kind: 'written' };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    return outcomeOf(error, items, [...claims.values()]);
  }
}

/** Writes the answer beside the stream while no commit follows the version: one transaction. */
export async function putAnswer(
  { client, table, signal }: Target,
  {
    stream,
    version,
    commandId,
    answer,
  }: { readonly stream: string; readonly version: number; readonly commandId: string; readonly answer: string },
): Promise<{ readonly kind: 'kept' } | { readonly kind: 'conflict' }> {
  const next = { stream, version: version + 1 };
  const TransactItems: Writes = [
    {
      Put: {
        TableName: table,
        Item: { ...answerKey(stream, commandId), answer },
        ConditionExpression: `${NOT_THERE} OR answer = :answer`,
        ExpressionAttributeValues: { ':answer': answer },
      },
    },
    { ConditionCheck: { TableName: table, Key: next, ConditionExpression: NOT_THERE } },
  ];
  try {
    await client.send(new TransactWriteCommand({ TransactItems }), { abortSignal: signal });
    return { kind: 'kept' };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = error.CancellationReasons ?? [];
    if (reasons.some((reason) => failedCondition(reason) || reason.Code === 'TransactionConflict')) {
      return { kind: 'conflict' };
    }
    throw throttlingIn(error) ?? error;
  }
}

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** The holder of a value may claim it again and release it; nobody else may do either. */
const FREE_OR_OURS = 'attribute_not_exists(holder) OR holder = :holder';

const NOT_THERE = 'attribute_not_exists(version)';

const ifNone = (TableName: string, Item: CommitItem) =>
  ({
    TableName,
    Item,
    ConditionExpression: NOT_THERE,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }) as const;

const isThere = (item: CommitItem, stored: Record<string, AttributeValue> | undefined): boolean =>
  stored !== undefined && isSameCommit(item, { id: stored.id?.S, events: stored.events?.S });

/** What the reasons of a cancelled transaction say, in the order of its writes: commits, claims, releases. */
function outcomeOf(
  error: TransactionCanceledException,
  items: readonly CommitItem[],
  claims: readonly UniqueValue[],
): Written {
  const reasons = error.CancellationReasons ?? [];
  if (items.every((item, index) => isThere(item, reasons[index]?.Item))) return { kind: 'written' };
  const commits = reasons.slice(0, items.length);
  if (commits.some(failedCondition)) return { kind: 'conflict' };
  if (reasons.some(({ Code }) => Code === 'TransactionConflict')) return { kind: 'conflict', ...unsettled(error) };
  const throttled = throttlingIn(error);
  if (throttled !== undefined) throw throttled;
  const taken = claims.find((_, index) => failedCondition(reasons[items.length + index]));
  if (taken !== undefined) return { kind: 'unique-value-taken', unique: taken, ...unsettled(error) };
  if (reasons.some(failedCondition)) return { kind: 'conflict', ...unsettled(error) };
  throw error;
}

/** The client sends again what was not answered: of several tries only the last is known to be over. */
const unsettled = ({ $metadata: { attempts = 1 } }: ServiceException) =>
  attempts > 1 ? { mayArrive: true as const } : {};

const failedCondition = (reason: CancellationReason | undefined) => reason?.Code === 'ConditionalCheckFailed';
