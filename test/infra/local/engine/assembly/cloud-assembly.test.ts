/** A synthesized app is read as CDK writes it. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCloudAssembly } from '../../../../../infra/local/engine/assembly/cloud-assembly.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');

function assembly(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
  return folder;
}

const stack = (dependencies: string[] = [], more: object = {}) => ({
  type: 'aws:cloudformation:stack',
  properties: { templateFile: 'T.json' },
  dependencies,
  ...more,
});

describe('A cloud assembly', () => {
  it('gives its stacks after those they depend on', () => {
    const { stacks } = readCloudAssembly(join(fixtures, 'orders'));
    expect(stacks.map(({ name }) => name)).toEqual(['OrdersPlatform', 'Orders']);
  });

  it('gives the folder of each asset by its key', () => {
    const { assets } = readCloudAssembly(join(fixtures, 'orders'));
    expect([...assets]).toEqual([['orders.zip', { path: join(fixtures, 'orders', 'asset.orders'), packaging: 'zip' }]]);
  });

  it('takes account and region from the stack, or the local ones', () => {
    const artifacts = { A: stack([], { environment: 'aws://123456789012/us-east-1' }), B: stack() };
    const { stacks } = readCloudAssembly(assembly({ 'manifest.json': { artifacts }, 'T.json': { Resources: {} } }));
    expect(stacks.map(({ account, region }) => `${account} ${region}`)).toEqual([
      '123456789012 us-east-1',
      '000000000000 eu-west-1',
    ]);
  });

  it('finds the construct path of a logical id in the metadata beside the manifest', () => {
    const files = {
      'manifest.json': { artifacts: { A: stack([], { additionalMetadataFile: 'A.metadata.json' }) } },
      'A.metadata.json': { '/A/Table/Resource': [{ type: 'aws:cdk:logicalId', data: 'TableCD117FA1' }] },
      'T.json': { Resources: {} },
    };
    expect(readCloudAssembly(assembly(files)).stacks[0]?.cdkPaths.get('TableCD117FA1')).toBe('A/Table/Resource');
  });

  it('includes the stacks of a stage', () => {
    const artifacts = { Stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'inner' } } };
    const outer = assembly({ 'manifest.json': { artifacts } });
    mkdirSync(join(outer, 'inner'));
    writeFileSync(join(outer, 'inner', 'manifest.json'), JSON.stringify({ artifacts: { A: stack() } }));
    writeFileSync(join(outer, 'inner', 'T.json'), JSON.stringify({ Resources: {} }));
    expect(readCloudAssembly(outer).stacks.map(({ name }) => name)).toEqual(['A']);
  });

  it.each([
    ['no manifest', {}, /is not a synthesized CDK app: it has no manifest.json/],
    ['no stack', { 'manifest.json': { artifacts: {} } }, /has no stack to run/],
    [
      'a manifest of something else',
      { 'manifest.json': {} },
      /^\S+manifest\.json is not as CDK writes it: artifacts: [^\n]+\.$/,
    ],
    [
      'a manifest that is no object',
      { 'manifest.json': 7 },
      /manifest\.json is not as CDK writes it: the whole file: /,
    ],
    [
      'a list of assets that is none',
      {
        'manifest.json': { artifacts: { A: { type: 'cdk:asset-manifest', properties: { file: 'A.assets.json' } } } },
        'A.assets.json': { files: { key: {} } },
      },
      /^\S+A\.assets\.json is not as CDK writes it: files\.key\.source: [^\n]+\.$/,
    ],
    ['a missing template', { 'manifest.json': { artifacts: { A: stack() } } }, /T.json cannot be read/],
    [
      'stacks that need each other',
      { 'manifest.json': { artifacts: { A: stack(['B']), B: stack(['A']) } } },
      /need each other: A -> B -> A/,
    ],
    [
      'a section it cannot honour',
      { 'manifest.json': { artifacts: { A: stack() } }, 'T.json': { Transform: 'AWS::Serverless-2016-10-31' } },
      /A, property Transform: .*is not known to the local cloud/,
    ],
    [
      'a resource attribute it cannot honour',
      { 'manifest.json': { artifacts: { A: stack() } }, 'T.json': { Resources: { R: { Type: 'T', Fo: 1 } } } },
      /property Resources.R.Fo/,
    ],
  ])('is refused in one line: %s', (_, files, message) => {
    expect(() => readCloudAssembly(assembly(files))).toThrow(message);
  });

  it('is refused in one line when its manifest has lines that are no JSON', () => {
    const folder = assembly({});
    writeFileSync(join(folder, 'manifest.json'), '{\n  artifacts\n}\n');
    expect(() => readCloudAssembly(folder)).toThrow(/^\S+manifest\.json cannot be read: [^\n]+$/);
  });
});
