/** The actions of the EventBridge API that only look at buses, rules and patterns. */
import { z } from 'zod';
import { compilePattern, InvalidEventPattern } from './pattern/pattern.ts';
import { type Buses, findBus, ServiceError } from './requested-bus.ts';
import { patternText } from './rule.ts';

const TestRequest = z.object({ EventPattern: z.string(), Event: z.string() });
const RuleRequest = z.object({ Name: z.string(), EventBusName: z.string().nullish() });
const BusRequest = z.object({ Name: z.string().nullish() });

/** Fields that an event must have to be tested. */
const TestedEvent = z.looseObject({
  id: z.string(),
  account: z.string(),
  source: z.string(),
  time: z.string(),
  region: z.string(),
  resources: z.array(z.unknown()),
  'detail-type': z.string(),
});

export function testEventPattern(body: unknown): { Result: boolean } {
  const { EventPattern, Event } = checked(TestRequest, body);
  const event = TestedEvent.safeParse(parsed(Event));
  if (!event.success) throw new ServiceError('ValidationException', 'Parameter Event is not valid.');
  try {
    return { Result: compilePattern(EventPattern)(event.data) };
  } catch (error) {
    if (error instanceof InvalidEventPattern) throw new ServiceError('InvalidEventPatternException', error.message);
    throw error;
  }
}

export function describeRule(body: unknown, buses: Buses, region?: string): Record<string, unknown> {
  const { Name, EventBusName } = checked(RuleRequest, body);
  const bus = requiredBus(buses, EventBusName, region);
  const rule = bus.rule(Name);
  if (rule === undefined) {
    throw new ServiceError('ResourceNotFoundException', `Rule ${Name} does not exist on EventBus ${bus.name}.`);
  }
  return {
    Name: rule.name,
    Arn: rule.arn,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    EventBusName: bus.name,
    ...(rule.pattern !== undefined && { EventPattern: patternText(rule) }),
    ...(rule.schedule !== undefined && { ScheduleExpression: rule.schedule }),
  };
}

export function describeEventBus(body: unknown, buses: Buses, region?: string): { Name: string; Arn: string } {
  const bus = requiredBus(buses, checked(BusRequest, body).Name, region);
  return { Name: bus.name, Arn: bus.arn };
}

function requiredBus(buses: Buses, nameOrArn: string | null | undefined, region?: string) {
  const bus = findBus(buses, nameOrArn, region);
  if (bus) return bus;
  throw new ServiceError('ResourceNotFoundException', `Event bus ${nameOrArn ?? 'default'} does not exist.`);
}

function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new ServiceError('ValidationException', z.prettifyError(result.error));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
