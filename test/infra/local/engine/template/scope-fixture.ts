/** A scope for tests of template values: one resource `Thing`, a mapping, conditions, an import. */
import { AlreadyTold, type Scope, Unresolved } from '../../../../../infra/local/engine/template/template-scope.ts';

export const scope: Scope = {
  region: 'eu-west-1',
  parameters: new Map<string, unknown>([
    ['AWS::Region', 'eu-west-1'],
    ['AWS::AccountId', '000000000000'],
    ['Stage', 'test'],
    ['Sizes', ['s', 'm', 'l']],
  ]),
  mappings: { Sizes: { test: { memory: 128 } } },
  conditions: {
    IsTest: { 'Fn::Equals': [{ Ref: 'Stage' }, 'test'] },
    IsProduction: { 'Fn::Not': [{ Condition: 'IsTest' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsProduction' }, { Condition: 'IsTest' }] },
    Both: { 'Fn::And': [{ Condition: 'IsProduction' }, { Condition: 'IsTest' }] },
    Ping: { 'Fn::Not': [{ Condition: 'Pong' }] },
    Pong: { 'Fn::Not': [{ Condition: 'Ping' }] },
  },
  resource(logicalId) {
    if (logicalId === 'Thing') return { ref: 'thing', attributes: { Arn: 'arn:thing', 'Nested.Name': 'nested' } };
    if (logicalId === 'Faulty') throw new AlreadyTold();
    throw new Unresolved(`${logicalId} is neither a resource nor a parameter`);
  },
  importValue: (name) => `imported ${name}`,
  stackOutput: (stack, output) => `${stack}/${output}`,
};
