import { describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import { check } from '#shared/aggregate/index.ts';
import { organizationCommands } from '../../../functions/organizations/organization.commands.ts';
import { personCommands } from '../../../functions/organizations/person.commands.ts';
import { contactDetails } from './registry.ts';

const faultsOf = (schema: z.ZodMiniType, data: unknown) => {
  const checked = check(schema, data);
  return 'faults' in checked ? checked.faults.map(({ path }) => path) : [];
};
const { register, 'add-member': addMember } = organizationCommands;
const { 'add-contact-details': addContactDetails } = personCommands;
const { address } = contactDetails;

const required = [
  ['registering an organization', register.schema, { name: 'A', contactDetails }],
  ['renaming an organization', organizationCommands.rename.schema, { name: 'A' }],
  ['adding a member', addMember.schema, { personId: 'yves' }],
  ['registering a person', personCommands.register.schema, { name: 'A' }],
  ['renaming a person', personCommands.rename.schema, { name: 'A' }],
] as const;

describe('What is sent for', () => {
  it.each(required)('%s needs each of its fields and takes no others', (_, schema, data) => {
    expect(check(schema as z.ZodMiniType, data)).toEqual({ value: data });
    expect(faultsOf(schema, {})).toEqual(Object.keys(data));
    expect(faultsOf(schema, { ...data, one: 1, other: 2 })).toEqual(['one', 'other']);
    for (const other of [null, [], 'text', 5, undefined]) expect(faultsOf(schema, other)).toEqual(['']);
  });

  it('registering an organization has all faults told at once, each with its place', () => {
    expect(
      faultsOf(register.schema, {
        name: ' ',
        contactDetails: { email: 'nobody', address: { street: '', number: -1, city: 7, country: 'BE' } },
      }),
    ).toEqual([
      'name',
      'contactDetails.email',
      'contactDetails.address.street',
      'contactDetails.address.number',
      'contactDetails.address.zipcode',
      'contactDetails.address.city',
      'contactDetails.address.country',
    ]);
  });

  it('adding contact details may have any of them, or none', () => {
    for (const data of [{}, { email: 'a@example.com' }, { phone: '+32 11 12 34 56' }, { address }]) {
      expect(check(addContactDetails.schema, data)).toEqual({ value: data });
    }
    expect(faultsOf(addContactDetails.schema, { email: '', phone: ' ', address: {}, fax: '1' })).toEqual([
      'email',
      'phone',
      'address.street',
      'address.number',
      'address.zipcode',
      'address.city',
      'fax',
    ]);
  });

  it.each([9, 0, 3560, '9 bus 2', 'SW1A 1AA'])('an address may have the number and the zip code %j', (number) => {
    const data = { address: { ...address, number, zipcode: number } };
    expect(check(addContactDetails.schema, data)).toEqual({ value: data });
  });

  it.each([-1, 1.5, 1e9, '', ' ', 'x'.repeat(21), null, true])('an address may not have %j', (number) => {
    const data = { address: { ...address, number, zipcode: number } };
    expect(faultsOf(addContactDetails.schema, data)).toEqual(['address.number', 'address.zipcode']);
  });

  it.each(['', 'a/b', 'a b', 'é', 'x'.repeat(129), 7, null])('a member may not be %j', (personId) => {
    expect(faultsOf(addMember.schema, { personId })).toEqual(['personId']);
  });
});
