/** Parcels whose scans come late, twice and out of order: written first, reasoned about later. */
import { defineAggregate } from '#shared/aggregate/index.ts';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { parcelCommands } from './parcel.commands.ts';
import { parcel } from './parcel.decider.ts';
import { parcelEvents } from './parcel.events.ts';
import { tracking } from './tracking.projection.ts';

export const parcels: ContextCatalog = {
  name: 'parcels',
  aggregates: [
    defineAggregate({
      category: 'parcel',
      collection: 'parcels',
      commands: parcelCommands,
      events: parcelEvents,
      decider: parcel,
    }),
  ],
  projections: [tracking],
};
