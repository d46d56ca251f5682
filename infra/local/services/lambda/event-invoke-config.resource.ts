/** `AWS::Lambda::EventInvokeConfig`: how the asynchronous invocations of a function end. */
import { z } from 'zod';
import { noEffect, text, whole } from '../../engine/boot/property-values.ts';
import { missing, type Part, type PartFault, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { topicPart } from '../sns/topic.resource.ts';
import { isQueue } from '../sqs/queue.resource.ts';
import { functionPart, isFunction } from './function.resource.ts';
import { plainFunctionName } from './lambda-function.ts';

export type AsyncInvocationPart = Part & {
  readonly kind: 'async-invocation';
  readonly functionName: string;
  readonly retries?: number;
  readonly maximumAgeMs?: number;
  readonly onFailureArn?: string;
  readonly onSuccessArn?: string;
};

const destination = z.strictObject({ Destination: text }).optional();

/** Bounds: the Lambda guide, "Configuring error handling settings for asynchronous invocations". */
const properties = z.strictObject({
  FunctionName: text,
  Qualifier: noEffect,
  MaximumRetryAttempts: whole(0, 2).optional(),
  MaximumEventAgeInSeconds: whole(60, 21_600).optional(),
  DestinationConfig: z.strictObject({ OnFailure: destination, OnSuccess: destination }).optional(),
});

function destinationFaults(arn: string | undefined, property: string, parts: readonly Part[]): PartFault[] {
  const there = arn === undefined || isQueue(parts, arn) || isFunction(parts, arn) || isStandardTopic(parts, arn);
  return missing(there, property, 'queue, function or standard topic', arn ?? '');
}

function isStandardTopic(parts: readonly Part[], arn: string): boolean {
  return topicPart(parts, arn)?.definition.fifo === false;
}

export const eventInvokeConfigKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Lambda::EventInvokeConfig': runs(
    properties,
    (config, place) => {
      const { MaximumEventAgeInSeconds: age } = config;
      const part: AsyncInvocationPart = {
        kind: 'async-invocation',
        place,
        functionName: plainFunctionName(config.FunctionName),
        retries: config.MaximumRetryAttempts,
        maximumAgeMs: age === undefined ? undefined : age * 1_000,
        onFailureArn: config.DestinationConfig?.OnFailure?.Destination,
        onSuccessArn: config.DestinationConfig?.OnSuccess?.Destination,
      };
      return { values: { ref: `${place.stack}-${place.logicalId}`, attributes: {} }, part };
    },
    {
      faults({ functionName, onFailureArn, onSuccessArn }, { parts }) {
        return [
          ...missing(functionPart(parts, functionName) !== undefined, 'FunctionName', 'function', functionName),
          ...destinationFaults(onFailureArn, 'DestinationConfig.OnFailure', parts),
          ...destinationFaults(onSuccessArn, 'DestinationConfig.OnSuccess', parts),
        ];
      },
    },
  ),
};
