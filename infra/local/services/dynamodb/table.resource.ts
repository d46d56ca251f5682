/** `AWS::DynamoDB::Table` and `AWS::DynamoDB::GlobalTable`. */
import type { CreateTableCommandInput, StreamViewType } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { flag, noEffect, text } from '../../engine/boot/property-values.ts';
import { type Made, type Part, partsOf, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { arn, type Place, physicalName } from '../../engine/place.ts';

export type TablePart = Part & {
  readonly kind: 'table';
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string;
  readonly streamViewType?: StreamViewType;
  readonly ttlAttribute?: string;
  readonly create: Pick<
    CreateTableCommandInput,
    'KeySchema' | 'AttributeDefinitions' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'
  >;
};

const keySchema = z.array(z.strictObject({ AttributeName: text, KeyType: z.enum(['HASH', 'RANGE']) }));
const projection = z.strictObject({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']).optional(),
  NonKeyAttributes: z.array(text).optional(),
});
const localIndex = z.strictObject({ IndexName: text, KeySchema: keySchema, Projection: projection });
const globalIndex = localIndex.extend({
  ProvisionedThroughput: noEffect,
  OnDemandThroughput: noEffect,
  WarmThroughput: noEffect,
  ContributorInsightsSpecification: noEffect,
  ReadProvisionedThroughputSettings: noEffect,
  WriteProvisionedThroughputSettings: noEffect,
  ReadOnDemandThroughputSettings: noEffect,
  WriteOnDemandThroughputSettings: noEffect,
});

const shared = {
  TableName: text.optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: text, AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z.array(globalIndex).optional(),
  LocalSecondaryIndexes: z.array(localIndex).optional(),
  StreamSpecification: z
    .strictObject({
      StreamViewType: z.enum(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']),
      ResourcePolicy: noEffect,
    })
    .optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: text.optional(), Enabled: flag }).optional(),
  // How much the table may do, what it costs, how it is kept: a table on a laptop has none of it.
  BillingMode: noEffect,
  SSESpecification: noEffect,
  WarmThroughput: noEffect,
};

const tableProperties = z.strictObject({
  ...shared,
  ProvisionedThroughput: noEffect,
  OnDemandThroughput: noEffect,
  ContributorInsightsSpecification: noEffect,
  DeletionProtectionEnabled: noEffect,
  PointInTimeRecoverySpecification: noEffect,
  ResourcePolicy: noEffect,
  TableClass: noEffect,
  Tags: noEffect,
});

const globalTableProperties = z.strictObject({
  ...shared,
  WriteProvisionedThroughputSettings: noEffect,
  ReadProvisionedThroughputSettings: noEffect,
  WriteOnDemandThroughputSettings: noEffect,
  ReadOnDemandThroughputSettings: noEffect,
  MultiRegionConsistency: noEffect,
  // One region is all a laptop has; what a replica may set is capacity, recovery, tags and policies.
  Replicas: z
    .array(
      z.strictObject({
        Region: text,
        GlobalSecondaryIndexes: noEffect,
        ContributorInsightsSpecification: noEffect,
        DeletionProtectionEnabled: noEffect,
        PointInTimeRecoverySpecification: noEffect,
        ReadProvisionedThroughputSettings: noEffect,
        ReadOnDemandThroughputSettings: noEffect,
        ReplicaStreamSpecification: noEffect,
        ResourcePolicy: noEffect,
        SSESpecification: noEffect,
        TableClass: noEffect,
        Tags: noEffect,
      }),
    )
    .length(1, { error: 'replicas in other regions do not run locally' }),
});

type TableProperties = z.output<z.ZodObject<typeof shared>>;

function make(properties: TableProperties, place: Place): Made<TablePart> {
  const name = properties.TableName ?? physicalName(place, 255);
  const tableArn = arn(place, 'dynamodb', `table/${name}`);
  const { StreamSpecification: stream, TimeToLiveSpecification: ttl } = properties;
  const streamArn = `${tableArn}/stream/local`;
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties;
  return {
    values: {
      ref: name,
      attributes: {
        Arn: tableArn,
        TableId: place.logicalId,
        ...(stream === undefined ? {} : { StreamArn: streamArn }),
      },
    },
    part: {
      kind: 'table',
      place,
      name,
      arn: tableArn,
      streamArn,
      streamViewType: stream?.StreamViewType,
      ttlAttribute: ttl?.Enabled === true ? ttl.AttributeName : undefined,
      create: {
        KeySchema,
        AttributeDefinitions,
        LocalSecondaryIndexes,
        GlobalSecondaryIndexes: GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
          IndexName,
          KeySchema,
          Projection,
        })),
      },
    },
  };
}

const checks = { identity: ({ name }: TablePart) => `table ${name}` };

export const tableKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::DynamoDB::Table': runs(tableProperties, make, checks),
  'AWS::DynamoDB::GlobalTable': runs(globalTableProperties, make, checks),
};

/** Whether a table of the templates has this stream. */
export function isStream(parts: readonly Part[], streamArn: string): boolean {
  return partsOf<TablePart>(parts, 'table').some((part) => part.streamArn === streamArn);
}
