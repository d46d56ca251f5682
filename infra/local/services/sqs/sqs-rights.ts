/** The rights that a request to SQS takes. */
import type { NeededRight } from '../iam/evaluate-policies.ts';
import { arnHere, type KnownResources, type ServiceRequest, textOf } from '../iam/service-request.ts';

/** A batch takes the right of the action for one. */
export function sqsRights({ operation, body }: ServiceRequest, here: KnownResources): NeededRight[] {
  const action = `sqs:${operation.replace(/Batch$/, '')}`;
  const url = textOf(body.QueueUrl) || textOf(body.QueueName);
  const name = url.slice(url.lastIndexOf('/') + 1);
  const resource = name === '' ? '*' : (here.queues[name] ?? arnHere(here, 'sqs', name));
  return [{ action, resource, context: {} }];
}
