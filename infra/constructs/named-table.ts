/**
 * A table is named after its stack and its logical id, as text in the template: other stacks find it without a reference, one
 * that replaces it under another logical id can be made before it goes, and CloudFormation can take up one that is already there.
 */
import { Stack } from 'aws-cdk-lib';
import { AttributeType, Billing, CfnGlobalTable, type TablePropsV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { TableKind } from '#shared/dynamodb/index.ts';

type NamedTableProps = Omit<TablePropsV2, 'partitionKey' | 'sortKey' | 'billing' | 'tableName'> & {
  /** Another name than its own. */
  readonly name?: string | undefined;
};

export function namedTable(scope: Construct, kind: TableKind, { name, ...props }: NamedTableProps): TableV2 {
  const { logicalId, partitionKey, sortKey } = kind;
  const table = new TableV2(scope, logicalId, {
    partitionKey: attribute(partitionKey),
    ...(sortKey && { sortKey: attribute(sortKey) }),
    billing: Billing.onDemand(),
    ...props,
  });
  const stack = Stack.of(table);
  const resource = resourceOf(table);
  resource.tableName = name ?? `${stack.stackName}-${stack.getLogicalId(resource)}`;
  return table;
}

/** The name as text, for another stack; `tableName` is a reference, which keeps the order within its own. */
export function nameOf(table: TableV2): string {
  const { tableName } = resourceOf(table);
  if (tableName === undefined) throw new Error(`${table.node.path} was not given a name.`);
  return tableName;
}

function resourceOf(table: TableV2): CfnGlobalTable {
  const resource = table.node.defaultChild ?? table.node.findChild('Resource');
  if (resource instanceof CfnGlobalTable) return resource;
  throw new Error(`${table.node.path} is no table.`);
}

const attribute = ({ name, type }: TableKind['partitionKey']) => ({
  name,
  type: type === 'S' ? AttributeType.STRING : AttributeType.NUMBER,
});
