/** The rights that a request to SNS takes. */
import type { NeededRight } from '../iam/evaluate-policies.ts';
import { type FunctionRequest, textOf } from '../iam/function-request.ts';

/** What the local SNS does; the rest it refuses by name. */
export const SNS_ACTIONS = ['Publish', 'PublishBatch', 'ListTopics'] as const;

/**
 * A batch takes the right of the action for one. What names no topic is about them all. What the local SNS does not know takes no right: one
 * would be of no use.
 */
export function snsRights({ operation, body }: FunctionRequest): NeededRight[] {
  if (!SNS_ACTIONS.some((known) => known === operation)) return [];
  const action = `sns:${operation.replace(/Batch$/, '')}`;
  const resource = textOf(body.TopicArn) || textOf(body.TargetArn) || '*';
  return [{ action, resource, context: {} }];
}
