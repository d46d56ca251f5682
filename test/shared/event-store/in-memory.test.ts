import { describe } from 'vitest';
import { createInMemoryEventStore, createInMemoryTable } from '#shared/event-store/index.ts';
import { eventStoreContract } from './event-store.contract.ts';

describe('The in-memory event store', () => {
  eventStoreContract(async () => {
    const table = createInMemoryTable();
    const itemsOf = (stream: string) => table.commits.get(stream) ?? [];
    return {
      storeWith: (events) => createInMemoryEventStore({ events, table }),
      async remove(stream, version) {
        table.commits.set(
          stream,
          itemsOf(stream).filter((item) => item.version !== version),
        );
      },
      async put(item) {
        table.commits.set(item.stream, [...itemsOf(item.stream), item]);
      },
    };
  });
});
