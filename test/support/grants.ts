/** What a template lets a function do. */
import type { Reference, Resource, SynthesizedApp } from './synthesized-app.ts';

export type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: unknown };
type Policy = { Roles?: Reference[]; PolicyDocument: { Statement: Statement[] } };
export type LambdaFunction = {
  FunctionName: string;
  Role: Reference;
  Environment: { Variables: Record<string, unknown> };
};

/** Each `action on path`. */
export type Grants = readonly string[];

export const functions = (app: SynthesizedApp): readonly Resource<LambdaFunction>[] =>
  app.all<LambdaFunction>('AWS::Lambda::Function');

export const policies = (app: SynthesizedApp): readonly Resource<Policy>[] => app.all<Policy>('AWS::IAM::Policy');

/** What a function may do beside writing its own log and traces. */
export function granted(app: SynthesizedApp, { stack, properties: { Role } }: Resource<LambdaFunction>): Grants {
  const role = app.target(stack, Role).path;
  const own = policies(app).filter((policy) =>
    policy.properties.Roles?.some((each) => app.target(policy.stack, each).path === role),
  );
  return own.flatMap((policy) =>
    policy.properties.PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .filter((action) => !/^(logs|xray):/.test(action))
        .flatMap((action) =>
          [Resource]
            .flat()
            .flatMap((resource) => pathsOf(app, policy.stack, resource))
            .map((path) => `${action} on ${path}`),
        ),
    ),
  );
}

/** Of what an ARN in a policy is the ARN of: of a reference in the same stack, or of everything whose name fits. */
export function pathsOf(app: SynthesizedApp, stack: string, resource: unknown): string[] {
  if (resource === '*') return ['*'];
  const { 'Fn::Join': [, parts] = ['', [resource]] } = Object(resource);
  const last: unknown = parts.at(-1);
  if (typeof last !== 'string') return [app.target(stack, last).path];
  const pattern = arnText(parts);
  const found = [...namedResources(app)].filter(([arn]) => fits(pattern, arn)).map(([, path]) => path);
  if (found.length === 0) throw new Error(`${pattern} in ${stack} is of nothing`);
  return found;
}

/** An ARN of any account, region and partition. */
export const arnText = (parts: readonly unknown[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : '')).join('');

/** As in a policy: `*` stands for any characters. */
export const fits = (pattern: string, arn: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[^\w*]/g, '\\$&').replaceAll('*', '.*')}$`).test(arn);

type Named = Readonly<Record<'TableName' | 'FunctionName' | 'Name' | 'EventBusName', string | undefined>>;

/** The path of everything that the app gives a name, by its ARN. */
export function namedResources(app: SynthesizedApp): Map<string, string> {
  const arnOf: Readonly<Record<string, (named: Named) => string>> = {
    'AWS::DynamoDB::GlobalTable': ({ TableName }) => `dynamodb:::table/${TableName}`,
    'AWS::Lambda::Function': ({ FunctionName }) => `lambda:::function:${FunctionName}`,
    'AWS::Events::EventBus': ({ Name }) => `events:::event-bus/${Name}`,
    'AWS::Events::Rule': ({ Name, EventBusName }) => `events:::rule/${EventBusName ? `${EventBusName}/` : ''}${Name}`,
    'AWS::Scheduler::ScheduleGroup': ({ Name }) => `scheduler:::schedule/${Name}/any`,
  };
  return new Map(
    Object.entries(arnOf).flatMap(([type, arn]) =>
      app.all<Named>(type).map(({ path, properties }) => [`arn::${arn(properties)}`, path] as const),
    ),
  );
}
