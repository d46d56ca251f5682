import { defineAggregate } from '#shared/aggregate/index.ts';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { accountCommands } from './account.commands.ts';
import { account } from './account.decider.ts';
import { accountEvents } from './account.events.ts';
import { statement } from './statement.projection.ts';
import { summary } from './summary.projection.ts';
import { timeline } from './timeline.projection.ts';

export const accounts: ContextCatalog = {
  name: 'accounts',
  aggregates: [
    defineAggregate({
      category: 'account',
      collection: 'accounts',
      commands: accountCommands,
      events: accountEvents,
      decider: account,
    }),
  ],
  projections: [summary, statement],
  timelines: [timeline],
};
