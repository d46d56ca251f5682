/** An app that differs from the synthesized one in a few properties is run from a copy of its assembly. */
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

type Resource = { Type: string; Properties: Record<string, unknown> };

/** Resources by logical id, which an edit may change and add to. */
export type Resources = Record<string, Resource>;

export type AssemblyCopy = {
  readonly folder: string;
  remove(): Promise<void>;
};

/**
 * Copies an assembly and shares its code. The stacks get `name` before their names, so that they have tables of their own in
 * a DynamoDB that others use too; `edit` may change the resources of each.
 */
export async function assemblyCopy(
  assembly: string,
  name: string,
  edit: (resources: Resources, stack: string) => void = () => {},
): Promise<AssemblyCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-copy-'));
  for (const file of await readdir(assembly)) {
    const [from, to] = [join(assembly, file), join(folder, file)];
    const stack = /^(.*)\.template\.json$/.exec(file)?.[1];
    if (file.startsWith('asset.')) await symlink(resolve(from), to);
    else if (stack !== undefined) await rewrite(from, to, ({ Resources }) => edit(Resources, stack));
    else if (file === 'manifest.json') await rewrite(from, to, ({ artifacts }) => rename(artifacts, name));
    else await cp(from, to, { recursive: true });
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The resources of a type. */
export const ofType = (resources: Resources, type: string): readonly Resource[] =>
  Object.values(resources).filter(({ Type }) => Type === type);

type Artifact = { readonly type: string; readonly properties: { stackName?: string } };

function rename(artifacts: Readonly<Record<string, Artifact>>, name: string): void {
  for (const [id, { type, properties }] of Object.entries(artifacts)) {
    if (type === 'aws:cloudformation:stack') properties.stackName = `${name}-${id}`;
  }
}

async function rewrite(
  from: string,
  to: string,
  change: (content: { Resources: Resources; artifacts: Record<string, Artifact> }) => void,
): Promise<void> {
  const content = JSON.parse(await readFile(from, 'utf8'));
  change(content);
  await writeFile(to, JSON.stringify(content));
}
