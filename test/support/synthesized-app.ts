/** What the synthesized templates say: resources by type, and what a reference leads to, also in another stack. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { addAllStacks } from '../../infra/stacks/all-stacks.ts';
import { featureFlags } from './feature-flags.ts';

export type Reference =
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [string, string] }
  | { readonly 'Fn::GetStackOutput': { readonly StackName: string; readonly OutputName: string } };

export type Template = {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties?: Record<string, unknown>;
        readonly DeletionPolicy?: string;
        readonly UpdateReplacePolicy?: string;
        readonly DependsOn?: readonly string[];
        readonly Metadata?: { readonly 'aws:cdk:path'?: string };
      }
    >
  >;
  readonly Outputs?: Readonly<Record<string, { readonly Value: Reference; readonly Export?: unknown }>>;
};

/** One resource. `path` is that of its construct, `tributary-accounts/Projection-summary/Rows`. */
export type Resource<Properties = Record<string, unknown>> = {
  readonly path: string;
  readonly stack: string;
  /** Its logical id. */
  readonly id: string;
  readonly type: string;
  readonly properties: Properties;
  /** Logical ids that it names for their order alone. */
  readonly dependsOn: readonly string[];
  deletionPolicy?: string;
  updateReplacePolicy?: string;
};

export type SynthesizedApp = {
  /** Folder of the cloud assembly. */
  readonly folder: string;
  readonly stacks: readonly string[];
  readonly templates: ReadonlyMap<string, Template>;
  /** The resources of a type, their properties in the form that the caller knows the type to have. */
  all<Properties>(type: string): readonly Resource<Properties>[];
  /** What a reference in a resource of `stack` leads to; throws when it leads nowhere. */
  target<Properties = Record<string, unknown>>(stack: string, reference: unknown): Resource<Properties>;
  /** The same app with an edit that nobody made: its resources are copies. */
  edited(edit: (app: SynthesizedApp) => void): SynthesizedApp;
  remove(): void;
};

/** Synthesizes the app in this process, with the feature flags of `cdk.json`. Call `remove` when done. */
export function synthesizedApp(
  context: Readonly<Record<string, unknown>> = {},
  contexts?: readonly ContextCatalog[],
): SynthesizedApp {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-stacks-'));
  const app = new App({
    outdir: folder,
    context: { ...featureFlags(), 'aws:cdk:enable-path-metadata': true, ...context },
  });
  addAllStacks(app, undefined, contexts);
  const { stacks } = app.synth();
  return modelOf(folder, new Map(stacks.map(({ stackName, template }) => [stackName, template as Template])));
}

/** Reads an assembly that was synthesized before; it stays where it is. */
export function readApp(folder: string): SynthesizedApp {
  const files = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
  const templates = files.map(
    (file) => [file.replace('.template.json', ''), JSON.parse(readFileSync(join(folder, file), 'utf8'))] as const,
  );
  return modelOf(folder, new Map(templates));
}

function modelOf(folder: string, templates: ReadonlyMap<string, Template>): SynthesizedApp {
  const resources = new Map<string, Resource>();
  for (const [stack, { Resources }] of templates) {
    for (const [
      id,
      { Type, Properties = {}, DeletionPolicy, UpdateReplacePolicy, DependsOn = [], Metadata },
    ] of Object.entries(Resources)) {
      resources.set(`${stack} ${id}`, {
        path: (Metadata?.['aws:cdk:path'] ?? `${stack}/${id}`).replace(/\/(Resource|Default)$/, ''),
        stack,
        id,
        type: Type,
        properties: Properties,
        dependsOn: DependsOn,
        deletionPolicy: DeletionPolicy,
        updateReplacePolicy: UpdateReplacePolicy,
      });
    }
  }

  function find(stack: string, reference: unknown): Resource | undefined {
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::GetStackOutput': output } = Object(reference);
    return output === undefined
      ? resources.get(`${stack} ${Ref ?? attribute?.[0]}`)
      : find(output.StackName, templates.get(output.StackName)?.Outputs?.[output.OutputName]?.Value);
  }

  return {
    folder,
    stacks: [...templates.keys()],
    templates,
    // The caller says what form the type's properties have; a test that is wrong about it fails.
    all: <P>(type: string) => [...resources.values()].filter((each) => each.type === type) as Resource<P>[],
    target<P>(stack: string, reference: unknown) {
      const found = find(stack, reference);
      if (found === undefined) throw new Error(`${JSON.stringify(reference)} in ${stack} leads nowhere`);
      return found as Resource<P>;
    },
    edited(edit) {
      const copy = modelOf(folder, structuredClone(templates));
      edit(copy);
      return copy;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
