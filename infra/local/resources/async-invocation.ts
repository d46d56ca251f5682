/** AWS::Lambda::EventInvokeConfig: how do the asynchronous invocations of a function end? */
import { z } from 'zod';
import { plainFunctionName } from './function.ts';
import { noEffect, text, whole } from './property-values.ts';
import { type ResourceKind, runs } from './resource-kind.ts';

/** Bounds: the Lambda guide, "Configuring error handling settings for asynchronous invocations". */
const properties = z.strictObject({
  FunctionName: text,
  Qualifier: noEffect,
  MaximumRetryAttempts: whole(0, 2).optional(),
  MaximumEventAgeInSeconds: whole(60, 21_600).optional(),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: text }).optional() }).optional(),
});

export const asyncInvocationKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Lambda::EventInvokeConfig': runs(properties, (config, place) => ({
    values: { ref: `${place.stack}-${place.logicalId}`, attributes: {} },
    part: {
      kind: 'async-invocation',
      place,
      functionName: plainFunctionName(config.FunctionName),
      retries: config.MaximumRetryAttempts,
      maximumAgeMs: config.MaximumEventAgeInSeconds === undefined ? undefined : config.MaximumEventAgeInSeconds * 1_000,
      onFailureArn: config.DestinationConfig?.OnFailure?.Destination,
    },
  })),
};
