/**
 * An organization has a name that no other has. Its name is claimed with the commit that gives it, and released with the one
 * that takes it away; so of any number that want a name at once, one gets it.
 */
import * as z from 'zod/mini';
import { accept, type Decider, type Decision, reject, unique } from '#shared/aggregate/index.ts';
import { comparable } from './comparable-name.ts';
import type { OrganizationCommand } from './organization.commands.ts';
import type { OrganizationEvent } from './organization.events.ts';

/** Null until it is registered. */
const organizationState = z.nullable(z.object({ name: z.string(), memberIds: z.array(z.string()) }));

type OrganizationState = z.infer<typeof organizationState>;
type Registered = NonNullable<OrganizationState>;

const uniqueName = (name: string) => unique('organization-name', comparable(name));

const claimOf = (name: string) => ({
  unique: uniqueName(name),
  refusal: reject('name-taken', `Another organization has the name ${name}.`, { name }),
});

function decide(command: OrganizationCommand, state: OrganizationState): Decision<OrganizationEvent> {
  if (command.what === 'register') {
    if (state !== null) return reject('already-registered', 'This organization has been registered before.');
    const { name, contactDetails } = command.data;
    return accept([{ what: 'OrganizationRegistered', data: { name, contactDetails } }], { claims: [claimOf(name)] });
  }
  if (state === null) return reject('not-registered', 'This organization is not registered.');
  return command.what === 'rename' ? rename(command.data.name, state) : addMember(command.data.personId, state);
}

/** The name that it has already may be written differently: that changes no claim. */
function rename(newName: string, { name: oldName }: Registered): Decision<OrganizationEvent> {
  if (newName === oldName) return reject('same-name', `${newName} is its name already.`, { name: newName });
  const isOurs = comparable(newName) === comparable(oldName);
  return accept(
    [{ what: 'OrganizationRenamed', data: { oldName, newName } }],
    isOurs ? {} : { claims: [claimOf(newName)], releases: [uniqueName(oldName)] },
  );
}

function addMember(personId: string, { memberIds }: Registered): Decision<OrganizationEvent> {
  if (memberIds.includes(personId)) return reject('already-member', `${personId} is a member already.`, { personId });
  return accept([{ what: 'MemberAdded', data: { personId } }]);
}

function evolve(state: OrganizationState, event: OrganizationEvent): OrganizationState {
  if (event.what === 'OrganizationRegistered') return { name: event.data.name, memberIds: [] };
  if (state === null) throw new Error(`${event.what} of an organization that is not registered`);
  switch (event.what) {
    case 'OrganizationRenamed':
      return { ...state, name: event.data.newName };
    case 'MemberAdded':
      return { ...state, memberIds: [...state.memberIds, event.data.personId] };
  }
}

export const organization: Decider<OrganizationState, OrganizationCommand, OrganizationEvent> = {
  initialState: null,
  decide,
  evolve,
  stateSchema: organizationState,
};
