/** The rights that a request to SQS takes. */
import type { NeededRight } from '../iam/evaluate-policies.ts';
import { arnHere, type FunctionRequest, type KnownResources, textOf } from '../iam/function-request.ts';

/** A batch takes the right of the action for one. */
export function sqsRights({ operation, body }: FunctionRequest, here: KnownResources): NeededRight[] {
  const action = `sqs:${operation.replace(/Batch$/, '')}`;
  const url = textOf(body.QueueUrl) || textOf(body.QueueName);
  const name = url.slice(url.lastIndexOf('/') + 1);
  const known = Object.hasOwn(here.queues, name) ? here.queues[name] : undefined;
  const resource = name === '' ? '*' : (known ?? arnHere(here, 'sqs', name));
  return [{ action, resource, context: {} }];
}
