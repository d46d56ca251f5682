/** The rights that a request to SNS takes. */
import type { NeededRight } from '../iam/evaluate-policies.ts';
import { type FunctionRequest, textOf } from '../iam/function-request.ts';

/** A batch takes the right of the action for one. What names no topic is about them all. */
export function snsRights({ operation, body }: FunctionRequest): NeededRight[] {
  const action = `sns:${operation.replace(/Batch$/, '')}`;
  const resource = textOf(body.TopicArn) || textOf(body.TargetArn) || '*';
  return [{ action, resource, context: {} }];
}
