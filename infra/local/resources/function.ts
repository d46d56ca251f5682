/** AWS::Lambda::Function and its versions and aliases: which function does the template describe? */
import { z } from 'zod';
import { noEffect, only, text, whole } from './property-values.ts';
import { arn, type Place, physicalName, type ResourceKind, runs } from './resource-kind.ts';

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
  Role: noEffect,
  RuntimeManagementConfig: noEffect,
  Tags: noEffect,
  TracingConfig: noEffect,
  VpcConfig: noEffect,
});

function makeFunction(properties: z.output<typeof functionProperties>, place: Place) {
  const name = properties.FunctionName ?? physicalName(place, 64);
  const functionArn = arn(place, 'lambda', `function:${name}`);
  const { ZipFile, S3Key } = properties.Code;
  return {
    values: { ref: name, attributes: { Arn: functionArn } },
    part: {
      kind: 'function' as const,
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
      logFormat: properties.LoggingConfig?.LogFormat ?? ('Text' as const),
      logLevel: properties.LoggingConfig?.ApplicationLogLevel,
    },
  };
}

/** A version is the function itself: a laptop has one code of each. */
const versionProperties = z.strictObject({
  FunctionName: text,
  CodeSha256: noEffect,
  Description: noEffect,
  ProvisionedConcurrencyConfig: noEffect,
  RuntimePolicy: noEffect,
});

const aliasProperties = z.strictObject({
  FunctionName: text,
  FunctionVersion: noEffect,
  Name: text,
  Description: noEffect,
  ProvisionedConcurrencyConfig: noEffect,
});

function qualified(place: Place, functionName: string, qualifier: string): string {
  return arn(place, 'lambda', `function:${plainFunctionName(functionName)}:${qualifier}`);
}

/** The name of a function that is given by name, ARN or partial ARN, with or without a version or an alias. */
export function plainFunctionName(reference: string): string {
  const parts = reference.split(':');
  const marker = parts.indexOf('function');
  return (marker === -1 ? parts[0] : parts[marker + 1]) ?? reference;
}

export const functionKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Lambda::Function': runs(functionProperties, makeFunction),
  'AWS::Lambda::Version': runs(versionProperties, ({ FunctionName }, place) => ({
    values: {
      ref: qualified(place, FunctionName, '1'),
      attributes: { Version: '1', FunctionArn: qualified(place, FunctionName, '1') },
    },
  })),
  'AWS::Lambda::Alias': runs(aliasProperties, ({ FunctionName, Name }, place) => ({
    values: {
      ref: qualified(place, FunctionName, Name),
      attributes: { AliasArn: qualified(place, FunctionName, Name) },
    },
  })),
};
