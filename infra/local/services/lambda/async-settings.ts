/** How often an asynchronous invocation is tried, and who learns how it ended, as the template has it. */
import type { Log } from '../../engine/log.ts';
import { type Directory, handOver, requiredQueue } from '../destinations.ts';
import type { Buses } from '../eventbridge/requested-bus.ts';
import type { AsyncInvocationPart } from './event-invoke-config.resource.ts';
import type { FunctionPart } from './function.resource.ts';
import type { AsyncSettings } from './lambda-function.ts';

/** Where records of invocations may go. */
export type RecordTargets = Directory & { readonly buses: Buses };

/** `setting` is that of the function, or of the version or alias of it that an invocation names: none goes by that of another. */
export function asyncSettings(
  part: FunctionPart,
  setting: AsyncInvocationPart | undefined,
  targets: RecordTargets,
  log: Log,
): AsyncSettings {
  return {
    asyncRetries: setting?.retries,
    asyncMaximumAgeMs: setting?.maximumAgeMs,
    onAsyncFailure: failureDestination(part, setting, targets, log),
    onAsyncSuccess: recordDestination(part, setting?.onSuccessArn, 'Success', targets, log),
  };
}

/** What an asynchronous invocation hands over when it has ended for good. */
type InvocationRecord = {
  readonly requestContext: { readonly requestId: string; readonly functionArn: string };
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
  targets: RecordTargets,
  log: Log,
): AsyncSettings['onAsyncFailure'] {
  const { deadLetterArn } = part;
  const toDestination = recordDestination(part, setting?.onFailureArn, 'Failure', targets, log);
  if (deadLetterArn === undefined) return toDestination;
  return (record) => {
    toDestination?.(record);
    const { requestContext, requestPayload, responsePayload } = record as InvocationRecord;
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    requiredQueue(targets, deadLetterArn).send({
      body: JSON.stringify(requestPayload),
      attributes: {
        RequestID: text(requestContext.requestId),
        ErrorCode: { DataType: 'Number', StringValue: responsePayload === undefined ? '429' : '200' },
        ErrorMessage: text((responsePayload?.errorMessage || 'Rate Exceeded.').slice(0, 1_024)),
      },
    });
  };
}

/** Hands records of invocations to the queue, function, topic or bus with the ARN; nothing without one. */
function recordDestination(
  { name }: FunctionPart,
  arn: string | undefined,
  outcome: Outcome,
  targets: RecordTargets,
  log: Log,
): AsyncSettings['onAsyncSuccess'] {
  if (arn === undefined) return undefined;
  return (record) => {
    send(record as InvocationRecord, arn, outcome, targets).catch((error: unknown) =>
      log('error', name, `the destination ${arn} refused a record: ${String(error)}`),
    );
  };
}

type Outcome = 'Success' | 'Failure';

/** Source of the form on a bus: the Lambda guide, "Retaining records of asynchronous invocations". */
async function send(record: InvocationRecord, arn: string, outcome: Outcome, targets: RecordTargets): Promise<void> {
  const text = JSON.stringify(record);
  const bus = targets.buses.get(arn);
  if (bus === undefined) return handOver(targets, arn, text);
  bus.put({
    source: 'lambda',
    detailType: `Lambda Function Invocation Result - ${outcome}`,
    detail: text,
    resources: [record.requestContext.functionArn, arn],
  });
}
