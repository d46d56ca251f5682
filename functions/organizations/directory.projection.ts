/** Organizations with the names of their members, and both organizations and people by the words of their names. */
import * as z from 'zod/mini';
import { type RecordedEvent, toStreamId } from '#shared/event/index.ts';
import { change, defineProjection, defineQuery } from '#shared/projection/index.ts';
import { name } from './comparable-name.ts';
import { type ContactDetails, contactSummary } from './contact-details.ts';
import { type OrganizationEvent, organizationEvents } from './organization.events.ts';
import { type PersonEvent, personEvents } from './person.events.ts';
import { searchEntries, searchList, type TitleType, titleTypes } from './search-entries.ts';

/** Of an organization or a person. */
type Listed = { readonly name: string; readonly contactDetails: ContactDetails };

const organizationStream = (id: string) => toStreamId('organization', id);
const personStream = (id: string) => toStreamId('person', id);

/** Members stand as entries, so that an organization may have any number; in the order in which they were added. */
const membersOf = (stream: string) => `members#${stream}`;
const DIGITS = 16;
const memberId = ({ value }: { readonly value: unknown }) => value as string; // put by this projection alone

function added(row: Listed, { context, data }: RecordedEvent<string, { readonly personId: string }>) {
  const sort = String(context.version).padStart(DIGITS, '0');
  return change(row, { put: [{ key: membersOf(context.stream), sort, value: data.personId }] });
}

/** The row after an event, found by its new title and no longer by the old one. */
const found =
  (type: TitleType) =>
  (before: Listed, { context }: RecordedEvent, after: Listed) => {
    const id = context.stream.slice(context.stream.indexOf('-') + 1);
    const entriesOf = ({ name, contactDetails }: Listed) =>
      searchEntries({ id, title: name, description: contactSummary(contactDetails), type });
    return change(after, { put: entriesOf(after), remove: entriesOf(before) });
  };

const asOrganization = found('Organization');
const asPerson = found('Person');

const search = z.strictObject({ q: name, type: z.optional(z.enum(titleTypes)) });

export const directory = defineProjection<Listed, OrganizationEvent | PersonEvent>({
  name: 'directory',
  version: 1,
  categories: ['organization', 'person'],
  events: { ...organizationEvents, ...personEvents },
  initialRow: { name: '', contactDetails: {} },
  on: {
    OrganizationRegistered: (row, event) => asOrganization(row, event, { ...row, ...event.data }),
    OrganizationRenamed: (row, event) => asOrganization(row, event, { ...row, name: event.data.newName }),
    MemberAdded: added,
    PersonRegistered: (row, event) => asPerson(row, event, { ...row, name: event.data.name }),
    PersonRenamed: (row, event) => asPerson(row, event, { ...row, name: event.data.newName }),
    ContactDetailsAdded: (row, event) =>
      asPerson(row, event, { ...row, contactDetails: { ...row.contactDetails, ...event.data } }),
  },
  queries: [
    defineQuery<Listed>({
      path: '/organizations/{id}',
      meaning: 'An organization with its members, whose names are null until they are registered.',
      stream: ({ id }) => organizationStream(id),
      list: ({ id }) => ({ key: membersOf(organizationStream(id)), limit: 1_000, own: true }),
      joins: ({ entries }) => entries.map(memberId).map(personStream),
      answer: ({ row: { name, contactDetails }, entries, joined, version, next }, { id }) => {
        const nameOf = (person: string) => (joined.get(personStream(person))?.row as Listed | undefined)?.name ?? null;
        const members = entries.map(memberId).map((person) => ({ id: person, name: nameOf(person) }));
        return { id, name, contactDetails, members, version, ...(next !== null && { next }) };
      },
    }),
    defineQuery<undefined, z.infer<typeof search>>({
      path: '/search',
      meaning: 'Organizations and people in whose names every word of `q` begins a word, by name.',
      parameters: search,
      list: ({ q, type }) => searchList(q, type),
      answer: ({ entries, next }) => ({ entries: entries.map(({ value }) => value), next }),
    }),
  ],
});
