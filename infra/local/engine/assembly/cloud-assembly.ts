/** The stacks of a synthesized CDK app, in the order in which they need each other. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../place.ts';
import { AssemblyFaults, type Fault } from '../template/assembly-faults.ts';
import { inOrder } from '../template/dependency-order.ts';
import { type Template, templateSchema } from '../template/template.ts';
import { readAssemblyFile, readJson } from './assembly-file.ts';
import { type AssetFiles, assetFiles } from './asset-files.ts';

/** The metadata of a stack artifact: what CDK noted for each construct path. */
const metadataSchema = z.record(z.string(), z.array(z.looseObject({ type: z.string(), data: z.unknown().optional() })));

const manifestSchema = z.looseObject({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      environment: z.string().optional(),
      dependencies: z.array(z.string()).default([]),
      metadata: metadataSchema.optional(),
      additionalMetadataFile: z.string().optional(),
      properties: z
        .looseObject({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          parameters: z.record(z.string(), z.string()).optional(),
          file: z.string().optional(),
          directoryName: z.string().optional(),
        })
        .optional(),
    }),
  ),
});
type Artifact = z.infer<typeof manifestSchema>['artifacts'][string];

/** One stack of the assembly: its template and what CDK says beside it. */
export type AssemblyStack = {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly template: Template;
  /** Values that the assembly gives to the template's parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly cdkPaths: ReadonlyMap<string, string>;
};

export type CloudAssembly = {
  readonly folder: string;
  /** Each stack after those it depends on. */
  readonly stacks: readonly AssemblyStack[];
  readonly assets: AssetFiles;
};

/**
 * Reads a cloud assembly, nested ones (stages) included. Throws a plain Error with one line when the folder is not one,
 * and {@link AssemblyFaults} when a template is not a template.
 */
export function readCloudAssembly(folder: string): CloudAssembly {
  if (!existsSync(join(folder, 'manifest.json'))) {
    throw new Error(
      `${folder} is not a synthesized CDK app: it has no manifest.json. Run "cdk synth" and name its cdk.out.`,
    );
  }
  const { artifacts } = readAssemblyFile(folder, 'manifest.json', manifestSchema);
  const byId = new Map(Object.entries(artifacts));
  const { order, cycle } = inOrder(new Map([...byId].map(([id, artifact]) => [id, artifact.dependencies])));
  if (cycle !== undefined) throw new Error(`the stacks of ${folder} need each other: ${cycle.join(' -> ')}`);
  const stacks: AssemblyStack[] = [];
  const assets: AssetFiles = new Map();
  const faults: Fault[] = [];
  for (const [id, artifact] of order.map((key) => [key, byId.get(key)] as const)) {
    const { file, directoryName } = artifact?.properties ?? {};
    if (artifact?.type === 'aws:cloudformation:stack') stacks.push(readStack(folder, id, artifact, faults));
    if (artifact?.type === 'cdk:asset-manifest' && file !== undefined) {
      for (const [key, asset] of assetFiles(folder, file)) assets.set(key, asset);
    }
    if (artifact?.type === 'cdk:cloud-assembly' && directoryName !== undefined) {
      const nested = readCloudAssembly(join(folder, directoryName));
      stacks.push(...nested.stacks);
      for (const [key, asset] of nested.assets) assets.set(key, asset);
    }
  }
  if (faults.length > 0) throw new AssemblyFaults(faults);
  if (stacks.length === 0) throw new Error(`${folder} has no stack to run.`);
  return { folder, stacks, assets };
}

function readStack(folder: string, id: string, artifact: Artifact, faults: Fault[]): AssemblyStack {
  const name = artifact.properties?.stackName ?? id;
  const parsed = templateSchema.safeParse(readJson(folder, artifact.properties?.templateFile ?? `${id}.template.json`));
  for (const issue of parsed.error?.issues ?? []) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const property = [...issue.path, ...(keys.length === 1 ? keys : [])].join('.');
    const reason =
      issue.code === 'unrecognized_keys' ? `${keys.join(', ')} is not known to the local cloud` : issue.message;
    faults.push({ stack: name, property, reason });
  }
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(artifact.environment ?? '') ?? [];
  const metadata = artifact.additionalMetadataFile;
  return {
    name,
    account: account === undefined || account === 'unknown-account' ? LOCAL_ACCOUNT : account,
    region: region === undefined || region === 'unknown-region' ? LOCAL_REGION : region,
    template: parsed.data ?? { Resources: {} },
    parameters: artifact.properties?.parameters ?? {},
    cdkPaths: cdkPaths(artifact.metadata ?? {}, metadata === undefined ? {} : readJson(folder, metadata)),
  };
}

/** Construct path by logical id; the metadata of the manifest and of the file beside it. */
function cdkPaths(...sources: readonly unknown[]): Map<string, string> {
  const paths = new Map<string, string>();
  for (const source of sources) {
    for (const [path, entries] of Object.entries(metadataSchema.catch({}).parse(source))) {
      for (const { type, data } of entries) {
        if (type === 'aws:cdk:logicalId' && typeof data === 'string') paths.set(data, path.replace(/^\//, ''));
      }
    }
  }
  return paths;
}
