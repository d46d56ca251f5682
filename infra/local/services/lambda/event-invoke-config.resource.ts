/** `AWS::Lambda::EventInvokeConfig`: how the asynchronous invocations of a function end, or those through one version or alias of it. */
import { z } from 'zod';
import { text, whole } from '../../engine/boot/property-values.ts';
import { missing, type Part, type PartFault, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { isBus } from '../eventbridge/event-bus.resource.ts';
import { topicPart } from '../sns/topic.resource.ts';
import { isQueue } from '../sqs/queue.resource.ts';
import { functionPart, isFunction } from './function.resource.ts';
import { LATEST, plainFunctionName } from './lambda-function.ts';
import { hasQualifier } from './qualifier.resource.ts';

export type AsyncInvocationPart = Part & {
  readonly kind: 'async-invocation';
  readonly functionName: string;
  /** `$LATEST`, or the name of a version or an alias. */
  readonly qualifier: string;
  readonly retries?: number;
  readonly maximumAgeMs?: number;
  readonly onFailureArn?: string;
  readonly onSuccessArn?: string;
};

const destination = z.strictObject({ Destination: text }).optional();

/** Bounds: the Lambda guide, "Configuring error handling settings for asynchronous invocations". */
const properties = z.strictObject({
  FunctionName: text,
  Qualifier: text.default(LATEST),
  MaximumRetryAttempts: whole(0, 2).optional(),
  MaximumEventAgeInSeconds: whole(60, 21_600).optional(),
  DestinationConfig: z.strictObject({ OnFailure: destination, OnSuccess: destination }).optional(),
});

function destinationFaults(arn: string | undefined, property: string, parts: readonly Part[]): PartFault[] {
  if (arn === undefined) return [];
  const there = arn.split(':')[2] === 'events' ? isBus(parts, arn) : takesRecords(parts, arn);
  return missing(there, property, 'queue, function, standard topic or event bus', arn);
}

function takesRecords(parts: readonly Part[], arn: string): boolean {
  return isQueue(parts, arn) || isFunction(parts, arn) || topicPart(parts, arn)?.definition.fifo === false;
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
        qualifier: config.Qualifier,
        retries: config.MaximumRetryAttempts,
        maximumAgeMs: age === undefined ? undefined : age * 1_000,
        onFailureArn: config.DestinationConfig?.OnFailure?.Destination,
        onSuccessArn: config.DestinationConfig?.OnSuccess?.Destination,
      };
      return { values: { ref: `${place.stack}-${place.logicalId}`, attributes: {} }, part };
    },
    {
      identity: ({ functionName, qualifier }) => `configuration of invocations of ${functionName}:${qualifier}`,
      faults({ functionName, qualifier, onFailureArn, onSuccessArn }, { parts }) {
        const what = `version or alias of the function ${functionName} with the name`;
        return [
          ...missing(functionPart(parts, functionName) !== undefined, 'FunctionName', 'function', functionName),
          ...missing(hasQualifier(parts, functionName, qualifier), 'Qualifier', what, qualifier),
          ...destinationFaults(onFailureArn, 'DestinationConfig.OnFailure', parts),
          ...destinationFaults(onSuccessArn, 'DestinationConfig.OnSuccess', parts),
        ];
      },
    },
  ),
};
