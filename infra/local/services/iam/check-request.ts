/** A function's request against the policies of its role. */
import { dynamoDbRights } from '../dynamodb/dynamodb-rights.ts';
import { eventBridgeRights } from '../eventbridge/eventbridge-rights.ts';
import { lambdaRights } from '../lambda/lambda-rights.ts';
import { schedulerRights } from '../scheduler/scheduler-rights.ts';
import { snsRights } from '../sns/sns-rights.ts';
import { sqsRights } from '../sqs/sqs-rights.ts';
import { type Answer, type CheckedService, denialAnswer, denialLine } from './denial.ts';
import { evaluate, type NeededRight } from './evaluate-policies.ts';
import type { FunctionRequest, KnownResources } from './function-request.ts';
import type { FunctionRights } from './function-rights.ts';

const RIGHTS: Readonly<
  Record<CheckedService, (request: FunctionRequest, here: KnownResources) => readonly NeededRight[]>
> = {
  dynamodb: dynamoDbRights,
  events: eventBridgeRights,
  lambda: lambdaRights,
  scheduler: schedulerRights,
  sns: snsRights,
  sqs: sqsRights,
};

/** The service's denial and a line about it for a person; undefined when the request may be done. The first right that is missing decides. */
export function denialOf(
  service: CheckedService,
  request: FunctionRequest,
  rights: FunctionRights,
): { readonly answer: Answer; readonly line: string } | undefined {
  const { caller, role, statements, here } = rights;
  // Requests of a deployed function are always encrypted.
  const session = {
    'aws:principalarn': [rights.roleArn],
    'aws:principalaccount': [here.account],
    'aws:principaltype': ['AssumedRole'],
    'aws:requestedregion': [here.region],
    'aws:securetransport': ['true'],
  };
  for (const right of RIGHTS[service](request, here)) {
    const found = evaluate(statements, { ...right, context: { ...session, ...right.context } });
    if (!found.allowed) {
      return { answer: denialAnswer(service, caller, right, found), line: denialLine(role, right, found) };
    }
  }
  return undefined;
}
