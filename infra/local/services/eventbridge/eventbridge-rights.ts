/** The rights that a request to EventBridge takes. */
import type { NeededRight } from '../iam/evaluate-policies.ts';
import { arnHere, type FunctionRequest, type KnownResources, recordOf, textOf } from '../iam/function-request.ts';
import type { RequestContext } from '../iam/policy-conditions.ts';

/** What the local EventBridge does; the rest it refuses by name. */
export const EVENTBRIDGE_ACTIONS = [
  'PutEvents',
  'TestEventPattern',
  'DescribeRule',
  'DescribeEventBus',
  'ListEventBuses',
  'ListRules',
  'ListTargetsByRule',
] as const;

/**
 * Events are put with one right for each bus, source and detail type; one denial refuses them all. What the local EventBridge does not know
 * takes no right: one would be of no use.
 */
export function eventBridgeRights({ operation, body }: FunctionRequest, here: KnownResources): NeededRight[] {
  const right = (resource: string): NeededRight => ({ action: `events:${operation}`, resource, context: {} });
  switch (operation) {
    case 'PutEvents': {
      const entries = Array.isArray(body.Entries) ? body.Entries : [];
      const rights = entries.map(recordOf).map((entry) => ({
        ...right(busArn(entry.EventBusName, here)),
        context: eventContext(entry),
      }));
      return [...new Map(rights.map((each) => [JSON.stringify(each), each])).values()];
    }
    case 'DescribeEventBus':
      return [right(busArn(body.Name, here))];
    case 'DescribeRule': {
      const bus = busArn(body.EventBusName, here).replace(/^.*event-bus\//, '');
      return [right(arnHere(here, 'events', `rule/${bus === 'default' ? '' : `${bus}/`}${textOf(body.Name)}`))];
    }
    default:
      return EVENTBRIDGE_ACTIONS.some((known) => known === operation) ? [right('*')] : [];
  }
}

/** What is known of an event that is put. */
export function eventContext({ Source, DetailType }: Readonly<Record<string, unknown>>): RequestContext {
  const values = (value: unknown) => (textOf(value) === '' ? [] : [textOf(value)]);
  return { 'events:source': values(Source), 'events:detail-type': values(DetailType) };
}

function busArn(reference: unknown, here: KnownResources): string {
  const bus = textOf(reference) || 'default';
  return bus.startsWith('arn:') ? bus : arnHere(here, 'events', `event-bus/${bus}`);
}
