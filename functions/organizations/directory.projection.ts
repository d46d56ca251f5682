/** Organizations with the names of their members, and both organizations and people by the words of their names. */
import * as z from 'zod/mini';
import { type RecordedEvent, toStreamId } from '#shared/event/index.ts';
import { change, defineProjection, defineQuery } from '#shared/projection/index.ts';
import { name } from './comparable-name.ts';
import { type ContactDetails, contactSummary } from './contact-details.ts';
import { type OrganizationEvent, organizationEvents } from './organization.events.ts';
import { type PersonEvent, personEvents } from './person.events.ts';
import { searchEntries, searchList, type TitleType, titleTypes } from './search-entries.ts';

/** Of an organization or a person; a person has no members. */
type Listed = {
  readonly name: string;
  readonly contactDetails: ContactDetails;
  readonly memberIds: readonly string[];
};

const personStream = (id: string) => toStreamId('person', id);

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
  initialRow: { name: '', contactDetails: {}, memberIds: [] },
  on: {
    OrganizationRegistered: (row, event) => asOrganization(row, event, { ...row, ...event.data }),
    OrganizationRenamed: (row, event) => asOrganization(row, event, { ...row, name: event.data.newName }),
    MemberAdded: (row, { data }) => ({ ...row, memberIds: [...row.memberIds, data.personId] }),
    PersonRegistered: (row, event) => asPerson(row, event, { ...row, name: event.data.name }),
    PersonRenamed: (row, event) => asPerson(row, event, { ...row, name: event.data.newName }),
    ContactDetailsAdded: (row, event) =>
      asPerson(row, event, { ...row, contactDetails: { ...row.contactDetails, ...event.data } }),
  },
  queries: [
    defineQuery<Listed>({
      path: '/organizations/{id}',
      meaning: 'An organization with its members, whose names are null until they are registered.',
      stream: ({ id }) => toStreamId('organization', id),
      joins: ({ memberIds }) => memberIds.map(personStream),
      answer: ({ row: { name, contactDetails, memberIds }, joined, version }, { id }) => {
        const nameOf = (memberId: string) => (joined.get(personStream(memberId))?.row as Listed | undefined)?.name;
        const members = memberIds.map((memberId) => ({ id: memberId, name: nameOf(memberId) ?? null }));
        return { id, name, contactDetails, members, version };
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
