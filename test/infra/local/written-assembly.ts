/** A cloud assembly that a test writes down, in a folder of its own. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type WrittenStack = { readonly environment?: string; readonly template: object };

/** A new folder, removed after the run as `temporary-folder.setup.ts` says. */
export const ownFolder = (): string => mkdtempSync(join(tmpdir(), 'assembly-'));

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
