/** What has to run for a template? Definitions only: nothing here has been started, everything is named by ARN. */
import type { CreateTableCommandInput, StreamViewType } from '@aws-sdk/client-dynamodb';
import type { EventBusDefinition, HttpApiDefinition, QueueDefinition, RuleDefinition, RuleTarget } from '../ports.ts';
import type { Place } from './resource-kind.ts';

export type TablePart = {
  readonly kind: 'table';
  readonly place: Place;
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

export type QueuePart = {
  readonly kind: 'queue';
  readonly place: Place;
  readonly definition: Omit<QueueDefinition, 'redrive'>;
  readonly redrive?: { readonly targetArn: string; readonly maxReceiveCount: number };
};

/** Where the code of a function is: an object of the assets bucket, or the text in the template. */
export type FunctionCode = { readonly key: string } | { readonly inline: string };

export type FunctionPart = {
  readonly kind: 'function';
  readonly place: Place;
  readonly name: string;
  readonly arn: string;
  readonly runtime: string;
  readonly code: FunctionCode;
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly reservedConcurrency?: number;
  readonly deadLetterArn?: string;
  readonly logFormat: 'JSON' | 'Text';
  readonly logLevel?: string;
};

/** How the asynchronous invocations of a function end. */
export type AsyncInvocationPart = {
  readonly kind: 'async-invocation';
  readonly place: Place;
  readonly functionName: string;
  readonly retries?: number;
  readonly maximumAgeMs?: number;
  readonly onFailureArn?: string;
};

export type BusPart = { readonly kind: 'bus'; readonly place: Place; readonly definition: EventBusDefinition };

export type RuleTargetPart = Omit<RuleTarget, 'deliver' | 'deadLetterQueue'> & {
  readonly deadLetterArn?: string;
  readonly messageGroupId?: string;
};
export type RulePart = {
  readonly kind: 'rule';
  readonly place: Place;
  readonly busArn: string;
  readonly definition: Omit<RuleDefinition, 'targets'>;
  readonly targets: readonly RuleTargetPart[];
};

export type ApiPart = {
  readonly kind: 'api';
  readonly place: Place;
  readonly definition: Omit<HttpApiDefinition, 'stageName'>;
};
export type StagePart = {
  readonly kind: 'stage';
  readonly place: Place;
  readonly apiId: string;
  readonly name: string;
};
export type IntegrationPart = {
  readonly kind: 'integration';
  readonly place: Place;
  readonly apiId: string;
  readonly id: string;
  readonly functionName: string;
  readonly timeoutMs: number;
};
export type RoutePart = {
  readonly kind: 'route';
  readonly place: Place;
  readonly apiId: string;
  readonly routeKey: string;
  readonly authorization: 'NONE' | 'AWS_IAM';
  readonly integrationId: string;
};

type MappingBase = {
  readonly place: Place;
  readonly id: string;
  readonly sourceArn: string;
  readonly functionName: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly reportBatchItemFailures: boolean;
  readonly filters: readonly unknown[];
};
export type QueueMappingPart = MappingBase & { readonly kind: 'queue-mapping'; readonly maximumConcurrency?: number };
export type StreamMappingPart = MappingBase & {
  readonly kind: 'stream-mapping';
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly parallelizationFactor: number;
  readonly bisectBatchOnFunctionError: boolean;
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeMs: number;
  readonly tumblingWindowMs?: number;
  readonly onFailureArn?: string;
};

export type Part =
  | TablePart
  | QueuePart
  | FunctionPart
  | AsyncInvocationPart
  | BusPart
  | RulePart
  | ApiPart
  | StagePart
  | IntegrationPart
  | RoutePart
  | QueueMappingPart
  | StreamMappingPart;

/** The parts of one kind, in the order of the assembly. */
export function partsOf<Kind extends Part['kind']>(
  parts: readonly Part[],
  kind: Kind,
): Extract<Part, { kind: Kind }>[] {
  // The filter compares exactly the field that the type is extracted by.
  return parts.filter((part): part is Extract<Part, { kind: Kind }> => part.kind === kind);
}
