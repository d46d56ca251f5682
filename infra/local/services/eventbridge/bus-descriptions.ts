/** The actions of the EventBridge API that only look at buses, rules and patterns. */
import { z } from 'zod';
import type { LocalEventBus } from './event-bus.ts';
import { compilePattern, InvalidEventPattern } from './pattern/pattern.ts';
import { type Buses, findBus, ServiceError } from './requested-bus.ts';
import { patternText, type RuleDefinition, type RuleTarget } from './rule.ts';

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

export function describeRule(body: unknown, buses: Buses, region?: string): object {
  const { Name, EventBusName } = checked(RuleRequest, body);
  const bus = requiredBus(buses, EventBusName, region);
  return shownRule(requiredRule(bus, Name), bus.name);
}

export function describeEventBus(body: unknown, buses: Buses, region?: string): { Name: string; Arn: string } {
  const bus = requiredBus(buses, checked(BusRequest, body).Name, region);
  return { Name: bus.name, Arn: bus.arn };
}

const ListBusesRequest = z.object({ NamePrefix: z.string().nullish() });
const ListRulesRequest = z.object({ NamePrefix: z.string().nullish(), EventBusName: z.string().nullish() });
const ListTargetsRequest = z.object({ Rule: z.string(), EventBusName: z.string().nullish() });

/** All on one page, whatever the limit: a laptop has few. */
export function listEventBuses(body: unknown, buses: Buses, region?: string): { EventBuses: object[] } {
  const prefix = checked(ListBusesRequest, body).NamePrefix ?? '';
  const inRegion = [...buses.values()].filter(({ arn }) => region === undefined || arn.split(':')[3] === region);
  const shown = inRegion.filter(({ name }) => name.startsWith(prefix));
  return { EventBuses: shown.map(({ name, arn }) => ({ Name: name, Arn: arn })) };
}

/** All on one page. */
export function listRules(body: unknown, buses: Buses, region?: string): { Rules: object[] } {
  const { NamePrefix, EventBusName } = checked(ListRulesRequest, body);
  const bus = requiredBus(buses, EventBusName, region);
  const rules = bus.rules().filter(({ name }) => name.startsWith(NamePrefix ?? ''));
  return { Rules: rules.map((rule) => shownRule(rule, bus.name)) };
}

/** All on one page. */
export function listTargetsByRule(body: unknown, buses: Buses, region?: string): { Targets: object[] } {
  const { Rule, EventBusName } = checked(ListTargetsRequest, body);
  const { targets } = requiredRule(requiredBus(buses, EventBusName, region), Rule);
  return { Targets: targets.map(shownTarget) };
}

function shownRule(rule: RuleDefinition, busName: string): object {
  return {
    Name: rule.name,
    Arn: rule.arn,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    EventBusName: busName,
    ...(rule.pattern !== undefined && { EventPattern: patternText(rule) }),
    ...(rule.schedule !== undefined && { ScheduleExpression: rule.schedule }),
  };
}

function shownTarget(target: RuleTarget): object {
  const { maximumRetryAttempts, maximumEventAgeSeconds, deadLetterQueue, inputTransformer } = target;
  return {
    Id: target.id,
    Arn: target.arn,
    Input: target.input,
    InputPath: target.inputPath,
    InputTransformer: inputTransformer && {
      InputPathsMap: inputTransformer.paths,
      InputTemplate: inputTransformer.template,
    },
    ...((maximumRetryAttempts ?? maximumEventAgeSeconds) !== undefined && {
      RetryPolicy: { MaximumRetryAttempts: maximumRetryAttempts, MaximumEventAgeInSeconds: maximumEventAgeSeconds },
    }),
    DeadLetterConfig: deadLetterQueue && { Arn: deadLetterQueue.arn },
  };
}

function requiredRule(bus: LocalEventBus, name: string): RuleDefinition {
  const rule = bus.rule(name);
  if (rule !== undefined) return rule;
  throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus.name}.`);
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
