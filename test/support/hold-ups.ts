/** What would keep a deployment from going from one app to the next, as far as templates tell. */
import { routeShape } from '#shared/catalog/index.ts';
import type { SynthesizedApp, Template } from './synthesized-app.ts';

type Output = { readonly StackName: string; readonly OutputName: string };

/** Properties that name a resource for the whole account and region. */
const NAMES = [
  'TableName',
  'FunctionName',
  'LogGroupName',
  'QueueName',
  'ArchiveName',
  'AlarmName',
  'RoleName',
  'Name',
];

/**
 * One line for each hold-up when `after` is deployed over `before`, each stack after those it depends on; a stack that is not in
 * `after` stays as it is. CloudFormation makes what is new before it deletes what is gone, resolves references when it updates a
 * stack, and refuses to change what another stack imports.
 */
export function holdUps(before: SynthesizedApp, after: SynthesizedApp): string[] {
  const deployed = new Map([...before.templates, ...after.templates]);
  return [...exported(before), ...exported(after), ...vanishing(before, deployed), ...taken(before, after)];
}

/** What another stack may import can neither go nor change. */
function exported({ templates }: SynthesizedApp): string[] {
  return [...templates].flatMap(([stack, template]) => [
    ...Object.entries(template.Outputs ?? {})
      .filter(([, { Export }]) => Export !== undefined)
      .map(([output]) => `${stack} exports ${output}`),
    ...found(template, 'Fn::ImportValue').map((name) => `${stack} imports ${JSON.stringify(name)}`),
  ]);
}

/** An output that a deployed stack has read must be there, and be the same, when it is read again. */
function vanishing(before: SynthesizedApp, deployed: ReadonlyMap<string, Template>): string[] {
  return [...deployed].flatMap(([stack, template]) =>
    found(template, 'Fn::GetStackOutput').flatMap((reference) => {
      const { StackName, OutputName } = reference as Output; // as CDK writes it
      const now = deployed.get(StackName)?.Outputs?.[OutputName]?.Value;
      if (now === undefined) return [`${stack} reads ${OutputName} of ${StackName}, which is not there`];
      const then = before.templates.get(StackName)?.Outputs?.[OutputName]?.Value;
      const isSame = then === undefined || JSON.stringify(then) === JSON.stringify(now);
      return isSame ? [] : [`${stack} reads ${OutputName} of ${StackName}, which has become another`];
    }),
  );
}

/** A name that a deployed resource has cannot be given to another one. */
function taken(before: SynthesizedApp, after: SynthesizedApp): string[] {
  const owners = new Map(names(before.templates).map(({ name, owner }) => [name, owner]));
  return names(after.templates)
    .filter(({ name, owner }) => (owners.get(name) ?? owner) !== owner)
    .map(({ name, owner }) => `${owner} cannot have the ${name}, which ${owners.get(name)} has`);
}

function names(templates: ReadonlyMap<string, Template>): { readonly name: string; readonly owner: string }[] {
  return [...templates].flatMap(([stack, { Resources }]) =>
    Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) =>
      [...NAMES.map((property) => Properties[property]), Properties.RouteKey]
        .filter((name) => typeof name === 'string')
        // What a variable of a route is called makes it no other route.
        .map((name) => ({ name: `${Type} ${routeShape(name)}`, owner: `${stack}/${id}` })),
    ),
  );
}

/** What stands under a key, anywhere in a value. */
function found(value: unknown, key: string): unknown[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === key ? [inner] : found(inner, key)));
}
