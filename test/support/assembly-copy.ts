/** An app that differs from the synthesized one in a few properties is run from a copy of its assembly. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
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
 * Copies an assembly and shares its code. The stacks, their tables and their queues get `name` before their names, so that they have
 * tables of their own in a DynamoDB that others use too; `edit` may change the resources of each.
 */
export async function assemblyCopy(
  assembly: string,
  name: string,
  edit: (resources: Resources, stack: string) => void = () => {},
): Promise<AssemblyCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-copy-'));
  const files = await readdir(assembly);
  const renamed = await tablesRenamed(assembly, files, name);
  for (const file of files) {
    const [from, to] = [join(assembly, file), join(folder, file)];
    const stack = STACK.exec(file)?.[1];
    if (file.startsWith('asset.')) await copyAsset(from, to, renamed);
    else if (stack !== undefined) {
      const change = ({ Resources }: { Resources: Resources }) => {
        renameQueues(Resources, name);
        edit(Resources, stack);
      };
      await rewrite(from, to, change, renamed, name);
    } else if (file === 'manifest.json') await rewrite(from, to, ({ artifacts }) => rename(artifacts, name));
    else await cp(from, to, { recursive: true });
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The resources of a type. */
export const ofType = (resources: Resources, type: string): readonly Resource[] =>
  Object.values(resources).filter(({ Type }) => Type === type);

const STACK = /^(.*)\.template\.json$/;

/** Changes the names of tables wherever they stand in a text. */
type Renamed = (text: string) => string;

async function tablesRenamed(assembly: string, files: readonly string[], name: string): Promise<Renamed> {
  const names: string[] = [];
  for (const file of files.filter((file) => STACK.test(file))) {
    const { Resources }: { Resources: Resources } = JSON.parse(await readFile(join(assembly, file), 'utf8'));
    names.push(
      ...ofType(Resources, 'AWS::DynamoDB::GlobalTable').map(({ Properties }) => String(Properties.TableName)),
    );
  }
  // Each ends in a digest, so none begins with another.
  const inNames: Renamed = (text) =>
    names.reduce((changed, table) => changed.replaceAll(table, `${name}-${table}`), text);
  // Grants on all tables of a stage have the beginning of their names.
  return (text) => inNames(text).replaceAll(/(:table\/)(?=[^"*]*\*)/g, `$1${name}-`);
}

/** The code is shared, but for settings beside it. */
async function copyAsset(from: string, to: string, renamed: Renamed): Promise<void> {
  const files = (await stat(from)).isDirectory() ? await readdir(from) : [];
  if (!files.includes('settings.json')) return symlink(resolve(from), to);
  await mkdir(to);
  for (const file of files) {
    const [source, target] = [join(from, file), join(to, file)];
    if (file === 'settings.json') await writeFile(target, renamed(await readFile(source, 'utf8')));
    else await symlink(resolve(source), target);
  }
}

type Artifact = { readonly type: string; readonly properties: { stackName?: string } };

function rename(artifacts: Readonly<Record<string, Artifact>>, name: string): void {
  for (const [id, { type, properties }] of Object.entries(artifacts)) {
    if (type === 'aws:cloudformation:stack') properties.stackName = `${name}-${id}`;
  }
}

function renameQueues(resources: Resources, name: string): void {
  for (const { Properties = {} } of ofType(resources, 'AWS::SQS::Queue')) {
    if (Properties.QueueName !== undefined) Properties.QueueName = `${name}-${Properties.QueueName}`;
  }
}

async function rewrite(
  from: string,
  to: string,
  change: (content: { Resources: Resources; artifacts: Record<string, Artifact> }) => void,
  renamed: Renamed = (text) => text,
  name?: string,
): Promise<void> {
  // `Fn::GetStackOutput` names the stack whose output it is.
  const ofStack = (key: string, value: unknown) => (name && key === 'StackName' ? `${name}-${value}` : value);
  const content = JSON.parse(renamed(await readFile(from, 'utf8')), ofStack);
  change(content);
  await writeFile(to, JSON.stringify(content));
}
