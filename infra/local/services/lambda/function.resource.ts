/** `AWS::Lambda::Function`. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { noEffect, only, text, whole } from '../../engine/boot/property-values.ts';
import {
  missing,
  type Part,
  type PartFault,
  type Planned,
  partsOf,
  type ResourceKind,
  runs,
} from '../../engine/boot/resource-kind.ts';
import { arn, type Place, physicalName } from '../../engine/place.ts';
import { needsQueue } from '../sqs/queue.resource.ts';
import { isAwsExtension } from './aws-extensions.ts';
import { plainFunctionName, qualifierOf } from './lambda-function.ts';
import { hasQualifier } from './qualifier.resource.ts';

export type FunctionPart = Part & {
  readonly kind: 'function';
  readonly name: string;
  readonly arn: string;
  readonly runtime: string;
  /** An object of the assets bucket, or the text in the template. */
  readonly code: { readonly key: string } | { readonly inline: string };
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly reservedConcurrency?: number;
  readonly deadLetterArn?: string;
  /** The ARN of the role that it acts as. */
  readonly roleArn?: string;
  readonly logFormat: 'JSON' | 'Text';
  readonly logLevel?: string;
};

/** Variables that Lambda keeps to itself: a deployment with one of them fails. Source: Lambda guide, "Defined runtime environment variables". */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_DEFAULT_REGION|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(FUNCTION_\w+|INITIALIZATION_TYPE|LOG_GROUP_NAME|LOG_STREAM_NAME|RUNTIME_API)|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

const code = z
  .strictObject({
    ZipFile: text.optional(),
    S3Bucket: noEffect,
    S3Key: text.optional(),
    S3ObjectVersion: noEffect,
    SourceKMSKeyArn: noEffect,
  })
  .refine((value) => (value.ZipFile === undefined) !== (value.S3Key === undefined), {
    error: 'must have either ZipFile, or S3Bucket and S3Key',
  });

const variables = z
  .record(z.string().regex(/^[A-Za-z_]\w*$/, { error: 'is no name for a variable' }), text)
  .refine((values) => !Object.keys(values).some((name) => RESERVED.test(name)), {
    error: `must not set a variable that Lambda keeps to itself, such as AWS_REGION`,
  });

/** Bounds and defaults: the Lambda guide, "Lambda quotas". */
const functionProperties = z.strictObject({
  FunctionName: text.optional(),
  Code: code,
  Handler: text.refine((value) => /^[^\s.][^\s]*\.[^\s.]+$/.test(value), { error: 'must be <file>.<export>' }),
  Runtime: only('nodejs20.x', 'nodejs22.x', 'nodejs24.x'),
  PackageType: only('Zip').optional(),
  Environment: z.strictObject({ Variables: variables.optional() }).optional(),
  Timeout: whole(1, 900).default(3),
  MemorySize: whole(128, 10_240).default(128),
  ReservedConcurrentExecutions: whole(0, 1_000_000).optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: text.optional() }).optional(),
  Role: text.optional(),
  SnapStart: z.strictObject({ ApplyOn: only('None') }).optional(),
  Layers: z
    .array(
      text.refine(isAwsExtension, {
        error: "only AWS's extensions Lambda Insights and Parameters and Secrets may be layers here",
      }),
    )
    .optional(),
  LoggingConfig: z
    .strictObject({
      LogFormat: z.enum(['JSON', 'Text']).optional(),
      ApplicationLogLevel: text.optional(),
      SystemLogLevel: noEffect,
      LogGroup: noEffect,
    })
    .optional(),
  // Where it would run and who may see it: a worker on a laptop has one place, one processor and one user.
  Architectures: noEffect,
  CodeSigningConfigArn: noEffect,
  Description: noEffect,
  EphemeralStorage: noEffect,
  KmsKeyArn: noEffect,
  RecursiveLoop: noEffect,
  RuntimeManagementConfig: noEffect,
  Tags: noEffect,
  TracingConfig: noEffect,
  VpcConfig: noEffect,
});

function makeFunction(properties: z.output<typeof functionProperties>, place: Place) {
  const name = properties.FunctionName ?? physicalName(place, 64);
  const functionArn = arn(place, 'lambda', `function:${name}`);
  const { ZipFile, S3Key } = properties.Code;
  const part: FunctionPart = {
    kind: 'function',
    place,
    name,
    arn: functionArn,
    runtime: properties.Runtime,
    code: ZipFile === undefined ? { key: S3Key ?? '' } : { inline: ZipFile },
    handler: properties.Handler,
    variables: properties.Environment?.Variables ?? {},
    timeoutMs: properties.Timeout * 1_000,
    memoryMb: properties.MemorySize,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    deadLetterArn: properties.DeadLetterConfig?.TargetArn,
    roleArn: properties.Role,
    logFormat: properties.LoggingConfig?.LogFormat ?? 'Text',
    logLevel: properties.LoggingConfig?.ApplicationLogLevel,
  };
  return { values: { ref: name, attributes: { Arn: functionArn } }, part };
}

export const functionKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Lambda::Function': runs(functionProperties, makeFunction, {
    identity: ({ name }) => `function ${name}`,
    faults: (part, { parts, assets }) => [
      ...codeFaults(part, assets),
      ...needsQueue(parts, part.deadLetterArn, 'DeadLetterConfig.TargetArn'),
    ],
  }),
};

function codeFaults({ code }: FunctionPart, assets: Planned['assets']): PartFault[] {
  if ('inline' in code) return [];
  const fault = (reason: string) => [{ property: 'Code.S3Key', reason }];
  const asset = assets.get(code.key);
  if (asset === undefined) return fault(`no asset of the assembly has the key ${code.key}`);
  if (asset.packaging !== 'zip' || asset.path === undefined) {
    return fault('the asset is a file; only a folder of code runs locally');
  }
  return existsSync(asset.path) ? [] : fault(`the asset folder ${asset.path} is missing`);
}

export function functionPart(parts: readonly Part[], name: string): FunctionPart | undefined {
  return partsOf<FunctionPart>(parts, 'function').find((part) => part.name === name);
}

/** With the version or alias that the ARN names, if it names one. */
export function isFunction(parts: readonly Part[], arn: string): boolean {
  return arn.includes(':function:') && needsFunction(parts, arn, '').length === 0;
}

/** A fault unless the function is there, and the version or alias of it that is named. */
export function needsFunction(parts: readonly Part[], reference: string, property: string): PartFault[] {
  const name = plainFunctionName(reference);
  if (functionPart(parts, name) === undefined) return missing(false, property, 'function', name);
  const qualifier = qualifierOf(reference);
  const what = `version or alias of the function ${name} with the name`;
  return missing(hasQualifier(parts, name, qualifier), property, what, qualifier ?? '');
}
