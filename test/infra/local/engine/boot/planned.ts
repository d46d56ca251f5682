/** What the local cloud makes of a template that a test writes down. */
import type { AssemblyStack, CloudAssembly } from '../../../../../infra/local/engine/assembly/cloud-assembly.ts';
import { planOf } from '../../../../../infra/local/engine/boot/plan.ts';
import type { Part } from '../../../../../infra/local/engine/boot/resource-kind.ts';
import { AssemblyFaults, faultLine } from '../../../../../infra/local/engine/template/assembly-faults.ts';
import type { GivenValues } from '../../../../../infra/local/engine/template/given-values.ts';
import type { Template } from '../../../../../infra/local/engine/template/template.ts';
import { resourceKinds } from '../../../../../infra/local/services/registry.ts';

export function stackOf(template: Template, name = 'App'): AssemblyStack {
  return { name, account: '000000000000', region: 'eu-west-1', template, parameters: {}, cdkPaths: new Map() };
}

export const nothingGiven: GivenValues = { ssm: {}, secretsManager: {}, file: 'values.json' };

export function planned(
  stacks: readonly AssemblyStack[],
  assets: CloudAssembly['assets'] = new Map(),
  given = nothingGiven,
): Part[] {
  const urls = {
    sqs: 'http://sqs',
    api: (id: string) => `http://api/${id}`,
    functionUrl: (id: string) => `http://url/${id}`,
    inText: (text: string) => text,
  };
  return planOf({ folder: '/assembly', stacks, assets }, urls, resourceKinds, given).parts;
}

/** One line for each fault; none when the template can be run. */
export function faultsOf(...stacks: readonly AssemblyStack[]): string[] {
  try {
    planned(stacks);
    return [];
  } catch (error) {
    if (!(error instanceof AssemblyFaults)) throw error;
    return error.faults.map(faultLine);
  }
}

export const inlineFunction = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { ZipFile: 'exports.handler = async () => 1;' },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: 'arn:aws:iam::000000000000:role/none',
  },
};

export const table = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  },
};
