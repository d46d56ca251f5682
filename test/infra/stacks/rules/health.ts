/** The health check looks at everything that must be live. */
import type { SynthesizedApp } from '../../../support/synthesized-app.ts';
import { first, type Rule } from './rule.ts';

type Health = {
  FunctionName: string;
  Environment: { Variables: Record<string, { 'Fn::Join'?: [string, unknown[]] }> };
};

const health = (app: SynthesizedApp) =>
  first(
    app
      .all<Health>('AWS::Lambda::Function')
      .filter(({ properties: { FunctionName } }) => FunctionName === 'tributary-health'),
  );

/** The paths that a variable of the function lists. */
function listed(app: SynthesizedApp, variable: string): string[] {
  const { stack, properties } = health(app);
  const [, parts = []] = properties.Environment.Variables[variable]?.['Fn::Join'] ?? [];
  return parts.filter((part) => typeof part === 'object').map((part) => app.target(stack, part).path);
}

const WATCHED = [
  ['TABLES', 'AWS::DynamoDB::GlobalTable'],
  ['MAPPINGS', 'AWS::Lambda::EventSourceMapping'],
  ['RULES', 'AWS::Events::Rule'],
] as const;

export const healthRules: readonly Rule[] = [
  {
    title: 'The health check names every table, mapping and rule of the app',
    faults: (app) =>
      WATCHED.flatMap(([variable, type]) => {
        const paths = listed(app, variable);
        return app
          .all(type)
          .filter(({ path }) => !paths.includes(path))
          .map(({ path }) => `${path} is not watched`);
      }),
    violate: (app) => {
      health(app).properties.Environment.Variables.MAPPINGS?.['Fn::Join']?.[1].pop();
    },
  },
];
