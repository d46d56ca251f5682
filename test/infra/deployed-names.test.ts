/** What a deployment names is told apart from everything else that it, or another stage, could name, or is refused in a line. */
import { describe, expect, it } from 'vitest';
import { type ContextCatalog, catalogFaults } from '#shared/catalog/index.ts';
import { deadLettersName, nameFaults } from '../../infra/deployed-names.ts';
import { stagePrefix } from '../../infra/stage-prefix.ts';
import { journal, tallies } from '../support/tally.ts';

const context = (name: string, ...projections: string[]): ContextCatalog => ({
  ...tallies,
  name,
  projections: projections.map((projection) => ({ ...journal, name: projection })),
  processManagers: [],
});
const faults = (contexts: readonly ContextCatalog[], stage?: string) =>
  nameFaults({ prefix: stagePrefix(stage) }, contexts);

describe('A name', () => {
  it('of a projection may be what it likes, as long as it is one of a kind', () => {
    expect(faults([context('accounts', 'commands-sent', 'feed'), context('accounts-eu', 'sent')])).toEqual([]);
  });

  it.each<[string, readonly ContextCatalog[], string]>([
    [
      'that a projection and a function of a longer context share',
      [context('accounts', 'eu-commands'), context('accounts-eu')],
      'commands of accounts-eu and eu-commands of accounts would both be named tributary-accounts-eu-commands: rename one of them.',
    ],
    [
      'that a projection and the reconciler share',
      [context('accounts', 'reconcile')],
      'reconcile of accounts and reconcile of accounts would both be named tributary-accounts-reconcile: rename one of them.',
    ],
    [
      'that a projection and a function of the platform share',
      [context('not', 'found')],
      'found of not and not-found of the platform would both be named tributary-not-found: rename one of them.',
    ],
    [
      'that tools could not tell from another',
      [context('accounts', 'sum-mary', 'summary')],
      'summary and sum-mary of accounts differ in hyphens only: rename one of them.',
    ],
  ])('%s is told', (_, contexts, fault) => {
    expect(faults(contexts)).toEqual([fault]);
  });

  it('of a function has 64 characters at the most, its stage included', () => {
    const longest = context('c', 'p'.repeat(64 - 'tributary-c-'.length));
    expect(faults([longest])).toEqual([]);
    expect(faults([longest], 'test')).toEqual([
      expect.stringMatching(/^p+ of c would be named test-tributary-c-p+, 5 characters more than the 64 of/),
    ]);
  });
});

it('The name of a queue of dead letters is one that SQS takes, and no function has it', () => {
  const longest = deadLettersName('p'.repeat(64));
  expect(longest.length).toBeLessThanOrEqual(80);
  const taken = `the projection ${deadLettersName('summary')} must be in kebab case.`;
  expect(catalogFaults([context('accounts', deadLettersName('summary'))])).toContain(`accounts: ${taken}`);
});

describe('No name of one stage begins as those of another, whatever its contexts are named', () => {
  const stages = [undefined, 'x', 'test', 'tributary2'].map((stage) => stagePrefix(stage));
  const contexts = ['x', 'test', 'x-tributary', 'tributary', 'tributary-x', 'test-tributary-accounts'];

  it.each(stages)('%s', (prefix) => {
    for (const other of stages.filter((one) => one !== prefix)) {
      for (const name of contexts) expect(`${other}-${name}-summary`.startsWith(`${prefix}-`)).toBe(false);
    }
  });
});
