import { describe, expect, it } from 'vitest';
import type { PersonCommand } from '../../../functions/organizations/person.commands.ts';
import { person } from '../../../functions/organizations/person.decider.ts';
import type { PersonEvent } from '../../../functions/organizations/person.events.ts';
import { scenario } from '../../support/decider-scenario.ts';
import { contactDetails } from './registry.ts';

const given = scenario(person);
const register: PersonCommand = { what: 'register', data: { name: 'Yves' } };
const rename: PersonCommand = { what: 'rename', data: { name: 'Yves G.' } };
const add = (data: Extract<PersonCommand, { what: 'add-contact-details' }>['data']): PersonCommand => ({
  what: 'add-contact-details',
  data,
});

const registered: PersonEvent = { what: 'PersonRegistered', data: { name: 'Yves' } };
const renamed: PersonEvent = { what: 'PersonRenamed', data: { oldName: 'Yves', newName: 'Yves G.' } };
const added = (data: Extract<PersonEvent, { what: 'ContactDetailsAdded' }>['data']): PersonEvent => ({
  what: 'ContactDetailsAdded',
  data,
});

describe('A person', () => {
  it('is registered once', () => {
    expect(given().when(register).events()).toEqual([registered]);
    expect(given(registered).when(register).refusal().code).toBe('already-registered');
  });

  it('is renamed, and not to the name that he has already', () => {
    expect(given(registered).when(rename).events()).toEqual([renamed]);
    expect(given(registered, renamed).when(rename).refusal()).toMatchObject({
      code: 'same-name',
      fields: { name: 'Yves G.' },
    });
    const back: PersonCommand = { what: 'rename', data: { name: 'Yves' } };
    expect(given(registered, renamed).when(back).events()).toEqual([
      { what: 'PersonRenamed', data: { oldName: 'Yves G.', newName: 'Yves' } },
    ]);
  });

  it('gets contact details, each of which replaces the one before', () => {
    const { address } = contactDetails;
    expect(
      given(registered)
        .when(add({ phone: '1', address }))
        .events(),
    ).toEqual([added({ phone: '1', address })]);
    expect(
      given(registered, added({ phone: '1' }))
        .when(add({ phone: '2' }))
        .events(),
    ).toEqual([added({ phone: '2' })]);
  });

  it('is not changed by contact details that are there already, nor by none', () => {
    const { address } = contactDetails;
    const history = [registered, added({ phone: '1', address })];
    for (const data of [{}, { phone: '1' }, { address: { ...address } }, { address, phone: '1' }]) {
      expect(
        given(...history)
          .when(add(data))
          .events(),
      ).toEqual([]);
    }
    expect(
      given(...history)
        .when(add({ phone: '1', email: 'a@example.com' }))
        .events(),
    ).toHaveLength(1);
    expect(
      given(...history)
        .when(add({ address: { ...address, number: '9' } }))
        .events(),
    ).toHaveLength(1);
  });

  it.each([rename, add({ phone: '1' }), add({})])('must be registered first: $what', (command) => {
    expect(given().when(command).refusal().code).toBe('not-registered');
  });
});
