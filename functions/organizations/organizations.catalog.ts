/** A registry of organizations and people, with a search view. */
import { defineAggregate } from '#shared/aggregate/index.ts';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { directory } from './directory.projection.ts';
import { organizationCommands } from './organization.commands.ts';
import { organization } from './organization.decider.ts';
import { organizationEvents } from './organization.events.ts';
import { personCommands } from './person.commands.ts';
import { person } from './person.decider.ts';
import { personEvents } from './person.events.ts';

export const organizations: ContextCatalog = {
  name: 'organizations',
  aggregates: [
    defineAggregate({
      category: 'organization',
      collection: 'organizations',
      commands: organizationCommands,
      events: organizationEvents,
      decider: organization,
    }),
    defineAggregate({
      category: 'person',
      collection: 'people',
      commands: personCommands,
      events: personEvents,
      decider: person,
    }),
  ],
  projections: [directory],
};
