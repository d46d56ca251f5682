import { defineAggregate } from '#shared/aggregate/index.ts';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { accountCommands } from './account.commands.ts';
import { account } from './account.decider.ts';
import { accountEvents } from './account.events.ts';
import { statement } from './statement.projection.ts';
import { summary } from './summary.projection.ts';
import { timeline } from './timeline.projection.ts';
import { transferCommands } from './transfer.commands.ts';
import { transfer } from './transfer.decider.ts';
import { transferEvents } from './transfer.events.ts';
import { transferProcess } from './transfer.process-manager.ts';
import { transfers } from './transfers.projection.ts';

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
    defineAggregate({
      category: 'transfer',
      collection: 'transfers',
      commands: transferCommands,
      events: transferEvents,
      decider: transfer,
      isOneStory: true,
    }),
  ],
  projections: [summary, statement, transfers],
  timelines: [timeline],
  processManagers: [transferProcess],
};
