/** How each service tells that it denies a request. Sources: the protocols of the SDK's clients, and answers that users have noted. */
import { element } from '../sns/query-xml.ts';
import type { Evaluation, NeededRight } from './evaluate-policies.ts';

export type CheckedService = 'dynamodb' | 'sqs' | 'sns' | 'events' | 'scheduler' | 'lambda';

export type Denied = Extract<Evaluation, { allowed: false }>;

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const CORAL_ERROR = 'com.amazon.coral.service#AccessDeniedException';

/** `caller` is the ARN of the session that asked. */
export function denialAnswer(service: CheckedService, caller: string, right: NeededRight, denied: Denied): Answer {
  const action = shownAction(service, right);
  const why =
    denied.denied === 'explicitly'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${right.resource} ${why}`;
  const coral = JSON.stringify({ __type: CORAL_ERROR, Message: message });
  switch (service) {
    case 'dynamodb':
      return { status: 400, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: coral };
    case 'events':
      return { status: 400, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: coral };
    case 'sqs':
      return {
        status: 403,
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-query-error': 'AccessDenied;Sender' },
        body: coral,
      };
    case 'sns': {
      const error = element('Type', 'Sender') + element('Code', 'AuthorizationError') + element('Message', message);
      const body = element('ErrorResponse', element('Error', error, true), true);
      return { status: 403, headers: { 'content-type': 'text/xml' }, body };
    }
    default:
      return {
        status: 403,
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' },
        body: JSON.stringify({ Message: message }),
      };
  }
}

/** SQS has its actions in small letters, and SNS its name in capitals; nobody knows why. */
function shownAction(service: CheckedService, { action }: NeededRight): string {
  if (service === 'sqs') return action.toLowerCase();
  return service === 'sns' ? action.replace(/^sns:/, 'SNS:') : action;
}

/** One line for a person: what is missing, on what, to which role, and why. */
export function denialLine(role: string, { action, resource }: NeededRight, denied: Denied): string {
  const what = `IAM denies ${action} on ${resource}`;
  if (denied.denied === 'explicitly') return `${what}: ${denied.from} denies it to the role ${role}.`;
  const [unmet] = denied.unmet;
  const condition = unmet === undefined ? '' : ` A statement would, but for its condition ${unmet}.`;
  return `${what}: no policy allows it.${condition} Add it to the role ${role}, or start with --no-iam.`;
}
