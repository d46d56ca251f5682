/** How often an asynchronous invocation is tried, and who learns how it ended, as the template has it. */
import type { Log } from '../../engine/log.ts';
import { type Directory, handOver, requiredQueue } from '../destinations.ts';
import type { AsyncInvocationPart } from './event-invoke-config.resource.ts';
import type { FunctionPart } from './function.resource.ts';
import type { AsyncSettings } from './lambda-function.ts';

/** `setting` is that of the function, or of the version or alias of it that an invocation names: none goes by that of another. */
export function asyncSettings(
  part: FunctionPart,
  setting: AsyncInvocationPart | undefined,
  directory: Directory,
  log: Log,
): AsyncSettings {
  return {
    asyncRetries: setting?.retries,
    asyncMaximumAgeMs: setting?.maximumAgeMs,
    onAsyncFailure: failureDestination(part, setting, directory, log),
    onAsyncSuccess: recordDestination(part, setting?.onSuccessArn, directory, log),
  };
}

type AsyncFailure = {
  readonly requestContext: { readonly requestId: string };
  readonly requestPayload: unknown;
  readonly responsePayload?: { readonly errorMessage: string };
};

/**
 * A destination gets the record of the failure; a dead-letter queue the event itself, with the error as attributes.
 * Source: the Lambda guide, "Retaining records of asynchronous invocations".
 */
function failureDestination(
  part: FunctionPart,
  setting: AsyncInvocationPart | undefined,
  directory: Directory,
  log: Log,
): AsyncSettings['onAsyncFailure'] {
  const { deadLetterArn } = part;
  const toDestination = recordDestination(part, setting?.onFailureArn, directory, log);
  if (deadLetterArn === undefined) return toDestination;
  return (record) => {
    toDestination?.(record);
    // What an asynchronous invocation hands over when it fails for good.
    const { requestContext, requestPayload, responsePayload } = record as AsyncFailure;
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    requiredQueue(directory, deadLetterArn).send({
      body: JSON.stringify(requestPayload),
      attributes: {
        RequestID: text(requestContext.requestId),
        ErrorCode: { DataType: 'Number', StringValue: responsePayload === undefined ? '429' : '200' },
        ErrorMessage: text((responsePayload?.errorMessage || 'Rate Exceeded.').slice(0, 1_024)),
      },
    });
  };
}

/** Hands records of invocations to the queue, function or topic with the ARN; nothing without one. */
function recordDestination(
  { name }: FunctionPart,
  arn: string | undefined,
  directory: Directory,
  log: Log,
): AsyncSettings['onAsyncSuccess'] {
  if (arn === undefined) return undefined;
  return (record) => {
    handOver(directory, arn, JSON.stringify(record)).catch((error: unknown) =>
      log('error', name, `the destination ${arn} refused a record: ${String(error)}`),
    );
  };
}
