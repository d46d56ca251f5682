/** The rights that a request to DynamoDB or its streams takes. */
import type { NeededRight } from '../iam/evaluate-policies.ts';
import {
  arnHere,
  type FunctionRequest,
  type KnownResources,
  type KnownTable,
  recordOf,
  textOf,
} from '../iam/function-request.ts';
import type { RequestContext } from '../iam/policy-conditions.ts';
import { equalValues, expressionNames } from './expression-names.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * A transaction takes the rights of each of its actions, of which only a check of a condition has one of its own; batches take
 * one for each table. Source: the DynamoDB guide, "Using IAM policy conditions for fine-grained access control".
 */
export function dynamoDbRights({ operation, body }: FunctionRequest, here: KnownResources): NeededRight[] {
  switch (operation) {
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return listOf(body.TransactItems).flatMap((item) =>
        Object.entries(recordOf(item)).map(([kind, members]) => {
          const action = kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`;
          return itemRight(action, recordOf(members), here, { 'dynamodb:enclosingoperation': [operation] });
        }),
      );
    case 'BatchGetItem':
      return Object.entries(recordOf(body.RequestItems)).map(([table, asked]) => {
        const { Keys, ...members } = recordOf(asked);
        return batchRight(operation, table, listOf(Keys).map(recordOf), members, here);
      });
    case 'BatchWriteItem':
      return Object.entries(recordOf(body.RequestItems)).map(([table, requests]) => {
        const items = listOf(requests).map((request) => {
          const { PutRequest, DeleteRequest } = recordOf(request);
          return recordOf(recordOf(PutRequest).Item ?? recordOf(DeleteRequest).Key);
        });
        return batchRight(operation, table, items, {}, here);
      });
    case 'ListTables':
    case 'ListStreams':
    case 'DescribeLimits':
    case 'DescribeEndpoints':
      return [{ action: `dynamodb:${operation}`, resource: tableArn(body.TableName, here), context: {} }];
    case 'DescribeStream':
    case 'GetShardIterator':
    case 'GetRecords':
      return [{ action: `dynamodb:${operation}`, resource: streamArn(body, here), context: {} }];
    default:
      return [itemRight(operation, body, here)];
  }
}

function itemRight(operation: string, members: Members, here: KnownResources, outer: RequestContext = {}): NeededRight {
  const table = tableNamed(members.TableName, here);
  const index = textOf(members.IndexName);
  const key = table?.partitionKeys[index];
  const item = recordOf(members.Item ?? members.Key);
  const resource = tableArn(members.TableName, here);
  return {
    action: `dynamodb:${operation}`,
    resource: index === '' ? resource : `${resource}/index/${index}`,
    context: {
      ...outer,
      'dynamodb:leadingkeys': key === undefined ? [] : [...keyValues([item], key), ...queriedKeys(members, key)],
      'dynamodb:attributes': attributesOf(members, [item]),
      ...optionsOf(operation, members, index),
    },
  };
}

function batchRight(
  operation: string,
  table: string,
  items: readonly Members[],
  members: Members,
  here: KnownResources,
): NeededRight {
  const key = tableNamed(table, here)?.partitionKeys[''];
  return {
    action: `dynamodb:${operation}`,
    resource: tableArn(table, here),
    context: {
      'dynamodb:leadingkeys': key === undefined ? [] : keyValues(items, key),
      'dynamodb:attributes': attributesOf(members, items),
      ...optionsOf(operation, members, ''),
    },
  };
}

/** What a caller says of its answer, or what the service takes when it says nothing. */
function optionsOf(operation: string, members: Members, index: string): RequestContext {
  if (/^(?:PutItem|UpdateItem|DeleteItem)$/.test(operation)) {
    return { 'dynamodb:returnvalues': [textOf(members.ReturnValues) || 'NONE'] };
  }
  if (!/^(?:GetItem|BatchGetItem|Query|Scan)$/.test(operation)) return {};
  const chosen = members.ProjectionExpression !== undefined || members.AttributesToGet !== undefined;
  const all = index === '' ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES';
  return { 'dynamodb:select': [textOf(members.Select) || (chosen ? 'SPECIFIC_ATTRIBUTES' : all)] };
}

/** Every attribute that is read, written or tested by name, keys too. */
function attributesOf(members: Members, items: readonly Members[]): string[] {
  const { KeyConditionExpression, FilterExpression, ProjectionExpression, ConditionExpression } = members;
  const expressions = [
    KeyConditionExpression,
    FilterExpression,
    ProjectionExpression,
    ConditionExpression,
    members.UpdateExpression,
  ];
  const legacy = [members.KeyConditions, members.QueryFilter, members.ScanFilter];
  return [
    ...new Set([
      ...[...items, ...legacy, members.Expected, members.AttributeUpdates].flatMap((each) =>
        Object.keys(recordOf(each)),
      ),
      ...listOf(members.AttributesToGet).map(String),
      ...expressionNames(expressions, recordOf(members.ExpressionAttributeNames)),
    ]),
  ];
}

function keyValues(items: readonly Members[], key: string): string[] {
  return [...new Set(items.flatMap((item) => keyTexts(item[key])))];
}

function queriedKeys(members: Members, key: string): string[] {
  const values = recordOf(members.ExpressionAttributeValues);
  const names = recordOf(members.ExpressionAttributeNames);
  const { AttributeValueList } = recordOf(recordOf(members.KeyConditions)[key]);
  return [
    ...equalValues(members.KeyConditionExpression, key, names).flatMap((name) => keyTexts(values[name])),
    ...listOf(AttributeValueList).flatMap(keyTexts),
  ];
}

/** Of a text, a number or binary data, the forms that a key may have. */
function keyTexts(attribute: unknown): string[] {
  const { S, N, B } = recordOf(attribute);
  return [S ?? N ?? B].filter((value) => typeof value === 'string');
}

/** Tables are given by name or ARN. */
function tableNamed(reference: unknown, { tables }: KnownResources): KnownTable | undefined {
  const name = textOf(reference).replace(/^.*:table\//, '');
  return Object.hasOwn(tables, name) ? tables[name] : undefined;
}

function tableArn(reference: unknown, here: KnownResources): string {
  const table = textOf(reference);
  if (table === '') return '*';
  return (
    tableNamed(table, here)?.arn ?? (table.startsWith('arn:') ? table : arnHere(here, 'dynamodb', `table/${table}`))
  );
}

/** DynamoDB Local has ARNs of its own for streams, also within an iterator. */
function streamArn({ StreamArn, ShardIterator }: Members, here: KnownResources): string {
  const given = textOf(StreamArn) || textOf(ShardIterator);
  const [, name] = /:table\/([^/|]+)\/stream\//.exec(given) ?? [];
  return tableNamed(name, here)?.streamArn ?? (given || '*');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
