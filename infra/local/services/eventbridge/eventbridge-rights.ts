/** The rights that a request to EventBridge takes. */
import type { NeededRight } from '../iam/evaluate-policies.ts';
import { arnHere, type FunctionRequest, type KnownResources, recordOf, textOf } from '../iam/function-request.ts';

/** Events are put with one right for each bus; one denial refuses them all. */
export function eventBridgeRights({ operation, body }: FunctionRequest, here: KnownResources): NeededRight[] {
  const right = (resource: string): NeededRight => ({ action: `events:${operation}`, resource, context: {} });
  switch (operation) {
    case 'PutEvents': {
      const entries = Array.isArray(body.Entries) ? body.Entries : [];
      const buses = entries.map((entry) => busArn(recordOf(entry).EventBusName, here));
      return [...new Set(buses)].map(right);
    }
    case 'DescribeEventBus':
      return [right(busArn(body.Name, here))];
    case 'DescribeRule': {
      const bus = busArn(body.EventBusName, here).replace(/^.*event-bus\//, '');
      return [right(arnHere(here, 'events', `rule/${bus === 'default' ? '' : `${bus}/`}${textOf(body.Name)}`))];
    }
    default:
      return [right('*')];
  }
}

function busArn(reference: unknown, here: KnownResources): string {
  const bus = textOf(reference) || 'default';
  return bus.startsWith('arn:') ? bus : arnHere(here, 'events', `event-bus/${bus}`);
}
