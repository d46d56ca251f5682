/** The rights that a request to SQS takes. */
import type { NeededRight } from '../iam/evaluate-policies.ts';
import { arnHere, type FunctionRequest, type KnownResources, textOf } from '../iam/function-request.ts';

/** What the local SQS does; the rest it refuses by name. */
export const SQS_ACTIONS = [
  'SendMessage',
  'SendMessageBatch',
  'ReceiveMessage',
  'DeleteMessage',
  'DeleteMessageBatch',
  'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch',
  'GetQueueUrl',
  'GetQueueAttributes',
  'PurgeQueue',
  'ListQueues',
] as const;

/** A batch takes the right of the action for one. What the local SQS does not know takes no right: one would be of no use. */
export function sqsRights({ operation, body }: FunctionRequest, here: KnownResources): NeededRight[] {
  if (!SQS_ACTIONS.some((known) => known === operation)) return [];
  const action = `sqs:${operation.replace(/Batch$/, '')}`;
  const url = textOf(body.QueueUrl) || textOf(body.QueueName);
  const name = url.slice(url.lastIndexOf('/') + 1);
  const known = Object.hasOwn(here.queues, name) ? here.queues[name] : undefined;
  const resource = name === '' ? '*' : (known ?? arnHere(here, 'sqs', name));
  return [{ action, resource, context: {} }];
}
