/** A person has a name, which others may have too, and is reached in up to three ways. */
import * as z from 'zod/mini';
import { accept, type Decider, type Decision, reject } from '#shared/aggregate/index.ts';
import { jsonDigest } from '#shared/event/index.ts';
import { recordedContactDetails } from './contact-details.ts';
import type { PersonCommand } from './person.commands.ts';
import type { PersonEvent } from './person.events.ts';

/** Null until the person is registered. */
const personState = z.nullable(z.object({ name: z.string(), contactDetails: recordedContactDetails }));

type PersonState = z.infer<typeof personState>;

function decide(command: PersonCommand, state: PersonState): Decision<PersonEvent> {
  if (command.what === 'register') {
    if (state !== null) return reject('already-registered', 'This person has been registered before.');
    return accept([{ what: 'PersonRegistered', data: { name: command.data.name } }]);
  }
  if (state === null) return reject('not-registered', 'This person is not registered.');
  if (command.what === 'rename') {
    const { name: newName } = command.data;
    if (newName === state.name) return reject('same-name', `${newName} is the name already.`, { name: newName });
    return accept([{ what: 'PersonRenamed', data: { oldName: state.name, newName } }]);
  }
  const after = { ...state.contactDetails, ...command.data };
  const isNew = jsonDigest(after) !== jsonDigest(state.contactDetails);
  return accept(isNew ? [{ what: 'ContactDetailsAdded', data: command.data }] : []);
}

function evolve(state: PersonState, event: PersonEvent): PersonState {
  if (event.what === 'PersonRegistered') return { name: event.data.name, contactDetails: {} };
  if (state === null) throw new Error(`${event.what} of a person who is not registered`);
  switch (event.what) {
    case 'PersonRenamed':
      return { ...state, name: event.data.newName };
    case 'ContactDetailsAdded':
      return { ...state, contactDetails: { ...state.contactDetails, ...event.data } };
  }
}

export const person: Decider<PersonState, PersonCommand, PersonEvent> = {
  initialState: null,
  decide,
  evolve,
  stateSchema: personState,
};
