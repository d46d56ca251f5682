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
          [Resource].flat().map((resource) => `${action} on ${pathOf(app, policy.stack, resource)}`),
        ),
    ),
  );
}

/** Of a reference, of the reference that an ARN is put together with, or its last part: names that are made later have none. */
function pathOf(app: SynthesizedApp, stack: string, resource: unknown): string {
  const { 'Fn::Join': join } = Object(resource);
  const named = join === undefined ? resource : join[1].at(-1);
  return typeof named === 'string' ? named.replace(/^:/, '') : app.target(stack, named).path;
}
