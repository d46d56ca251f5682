/** Old events are read in the newest shape, on every way. */
import { describe, expect, it } from 'vitest';
import type { EventStore, StreamToken } from '#shared/event-store/index.ts';
import { commitOf, kitEvents, noted, someStream } from '../../../support/commits.ts';
import type { StoreUnderTest } from '../event-store.contract.ts';
import { appended } from './append.ts';

const greeted = (data: unknown, schemaVersion: number) => noted(data, { what: 'Greeted', schemaVersion });

const NEWEST = [
  { what: 'Greeted', schemaVersion: 3, data: { first: 'Ada', last: 'Lovelace' } },
  { what: 'Greeted', schemaVersion: 3, data: { first: 'Alan', last: 'Turing' } },
  { what: 'Greeted', schemaVersion: 3, data: { first: 'Grace', last: 'Hopper' } },
];

type Read = (store: EventStore, token: StreamToken) => Promise<unknown[]>;

/** Everything after an empty token, on each way that events are read. */
const PATHS: Readonly<Record<string, Read>> = {
  load: async (store, { stream }) => (await store.load(stream)).commits.flatMap(({ events }) => events),
  loadTail: async (store, token) => (await store.loadTail(token)).commits.flatMap(({ events }) => events),
  readCommit: async (store, { stream }) => [...((await store.readCommit(stream, 1))?.events ?? [])],
  readEvents: async (store, { stream }) =>
    (await store.readEvents(stream, { after: 0, limit: 10 })).events.map(({ context, data }) => ({ ...context, data })),
};

export function upcastingContract(tested: StoreUnderTest): void {
  describe('old versions of events', () => {
    it.each(Object.entries(PATHS))('are read in the newest shape by %s', async (_, read) => {
      const { token } = await tested.store.load(someStream());
      const events = [
        greeted('Ada Lovelace', 1),
        greeted({ name: 'Alan Turing' }, 2),
        greeted({ first: 'Grace', last: 'Hopper' }, 3),
      ];
      await appended(tested.store, token, commitOf([], { events }));
      expect(await read(tested.store, token)).toMatchObject(NEWEST);
    });

    it.each(Object.entries(PATHS))('stop %s when this code does not know them', async (_, read) => {
      const newer = tested.storeWith({
        ...kitEvents,
        Waved: { meaning: 'Somebody waved.', schema: kitEvents.Noted.schema },
        Noted: { ...kitEvents.Noted, upcasters: [(data) => data] },
      });
      for (const [what, schemaVersion] of [
        ['Waved', 1],
        ['Noted', 2],
      ] as const) {
        const { token } = await newer.load(someStream());
        await appended(newer, token, commitOf([], { events: [noted(1, { what, schemaVersion })] }));
        await expect(read(tested.store, token)).rejects.toMatchObject({
          code: 'unknown-event',
          message: expect.stringContaining(`event ${what} in schema version ${schemaVersion}`),
        });
      }
    });
  });
}
