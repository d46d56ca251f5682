import { describe, expect, it } from 'vitest';
import { fold, unique } from '#shared/aggregate/index.ts';
import type { OrganizationCommand } from '../../../functions/organizations/organization.commands.ts';
import { organization } from '../../../functions/organizations/organization.decider.ts';
import type { OrganizationEvent } from '../../../functions/organizations/organization.events.ts';
import { scenario } from '../../support/decider-scenario.ts';
import { contactDetails } from './registry.ts';

const given = scenario(organization);
const register = (name: string): OrganizationCommand => ({ what: 'register', data: { name, contactDetails } });
const rename = (name: string): OrganizationCommand => ({ what: 'rename', data: { name } });
const addMember = (personId: string): OrganizationCommand => ({ what: 'add-member', data: { personId } });

const registered: OrganizationEvent = {
  what: 'OrganizationRegistered',
  data: { name: 'Basket Lummen', contactDetails },
};
const renamed = (oldName: string, newName: string): OrganizationEvent => ({
  what: 'OrganizationRenamed',
  data: { oldName, newName },
});
const added: OrganizationEvent = { what: 'MemberAdded', data: { personId: 'yves' } };

/** The unique names that change hands. */
function handed(history: readonly OrganizationEvent[], command: OrganizationCommand) {
  const decision = organization.decide(command, fold(organization, history));
  if (decision.kind === 'rejected') throw new Error(`refused: ${decision.code}`);
  return { claims: decision.claims.map((claim) => claim.unique), releases: decision.releases };
}
const claim = (name: string) => unique('organization-name', name);

describe('An organization that is registered', () => {
  it('has its name and contact details, and its name for itself', () => {
    expect(given().when(register('Basket Lummen')).events()).toEqual([registered]);
    expect(handed([], register('Basket  LUMMEN'))).toEqual({ claims: [claim('basket lummen')], releases: [] });
  });

  it('is not registered again, under whatever name', () => {
    for (const command of [register('Basket Lummen'), register('Other')]) {
      expect(given(registered).when(command).refusal()).toMatchObject({ code: 'already-registered' });
    }
  });
});

describe('An organization that is renamed', () => {
  it('gives its old name away with the new one', () => {
    expect(given(registered).when(rename('Basket Genk')).events()).toEqual([renamed('Basket Lummen', 'Basket Genk')]);
    expect(handed([registered], rename('Basket Genk'))).toEqual({
      claims: [claim('basket genk')],
      releases: [claim('basket lummen')],
    });
  });

  it('keeps its name when only the writing changes', () => {
    const command = rename('BASKET Lummen');
    expect(given(registered).when(command).events()).toEqual([renamed('Basket Lummen', 'BASKET Lummen')]);
    expect(handed([registered], command)).toEqual({ claims: [], releases: [] });
  });

  it('may take back a name that it had', () => {
    const history = [registered, renamed('Basket Lummen', 'Basket Genk')];
    expect(handed(history, rename('Basket Lummen'))).toEqual({
      claims: [claim('basket lummen')],
      releases: [claim('basket genk')],
    });
  });

  it('has the name already that it was given last', () => {
    const refusal = (name: string) => ({ code: 'same-name', fields: { name } });
    expect(given(registered).when(rename('Basket Lummen')).refusal()).toMatchObject(refusal('Basket Lummen'));
    const history = [registered, renamed('Basket Lummen', 'Basket Genk')];
    expect(
      given(...history)
        .when(rename('Basket Genk'))
        .refusal(),
    ).toMatchObject(refusal('Basket Genk'));
  });
});

describe('A member', () => {
  it('is added once', () => {
    expect(given(registered).when(addMember('yves')).events()).toEqual([added]);
    const refusal = { code: 'already-member', fields: { personId: 'yves' } };
    expect(given(registered, added).when(addMember('yves')).refusal()).toMatchObject(refusal);
    expect(given(registered, added).when(addMember('Yves')).events()).toHaveLength(1);
  });

  it('stays one when the organization is renamed', () => {
    const history = [registered, added, renamed('Basket Lummen', 'Basket Genk')];
    expect(
      given(...history)
        .when(addMember('yves'))
        .refusal().code,
    ).toBe('already-member');
  });
});

it.each([rename('Basket Lummen'), addMember('yves')])('$what needs a registered organization', (command) => {
  expect(given().when(command).refusal().code).toBe('not-registered');
});

it('A name that is taken is refused with a code and the name', () => {
  for (const [history, command] of [
    [[], register('Basket Genk')],
    [[registered], rename('Basket Genk')],
  ] as const) {
    const decision = organization.decide(command, fold(organization, history));
    const claims = decision.kind === 'accepted' ? decision.claims : [];
    expect(claims.map(({ refusal }) => refusal)).toMatchObject([
      { kind: 'rejected', code: 'name-taken', fields: { name: 'Basket Genk' } },
    ]);
  }
});
