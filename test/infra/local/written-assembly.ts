/** A cloud assembly that a test writes down, in a folder of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export type WrittenStack = { readonly environment?: string; readonly template: object };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder that is removed after the tests of the file. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  folders.push(folder);
  return folder;
}

/** Gives the folder of the assembly. Stacks come in the order given. */
export function writtenAssembly(stacks: Readonly<Record<string, WrittenStack>>, folder = ownFolder()): string {
  const artifacts: Record<string, object> = {};
  for (const [name, { environment = 'aws://unknown-account/unknown-region', template }] of Object.entries(stacks)) {
    const templateFile = `${name}.template.json`;
    artifacts[name] = { type: 'aws:cloudformation:stack', environment, properties: { templateFile } };
    writeFileSync(join(folder, templateFile), JSON.stringify(template));
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
  return folder;
}

/** A function whose code stands in the template: a CommonJS module. */
export function inline(code: string, variables: Readonly<Record<string, unknown>> = {}) {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { ZipFile: code },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: 'arn:aws:iam::000000000000:role/none',
      Environment: { Variables: variables },
    },
  };
}
