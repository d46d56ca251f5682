/** The event store on the real DynamoDB Local: it keeps the contract, and costs what it should. */
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { itemBytes, MAXIMUM_ITEM_BYTES } from '#shared/event-store/fitting-item.ts';
import type { EventStore } from '#shared/event-store/index.ts';
import { SNAPSHOT_EVERY_COMMITS } from '#shared/event-store/snapshot.ts';
import { commitOf, kitEvents, someStream } from '../../support/commits.ts';
import { createEventsTable } from '../../support/events-table.ts';
import { appended, streamOf } from './contract/append.ts';
import { eventStoreContract } from './event-store.contract.ts';

describe('The DynamoDB event store', () => {
  eventStoreContract(async () => {
    const { client, table } = await createEventsTable(inject('dynamodbEndpoint'));
    return {
      storeWith: (events) => createDynamoDbEventStore({ client, table, events }),
      async remove(stream, version) {
        await client.send(new DeleteCommand({ TableName: table, Key: { stream, version } }));
      },
      async put(Item) {
        await client.send(new PutCommand({ TableName: table, Item }));
      },
    };
  });

  describe('on the wire', () => {
    let client: DynamoDBDocumentClient;
    let table: string;
    let store: EventStore;
    const requests: string[] = [];
    let eventualReads = 0;
    const sent = async (work: () => Promise<unknown>): Promise<string[]> => {
      requests.length = 0;
      await work();
      return [...requests];
    };

    beforeAll(async () => {
      ({ client, table } = await createEventsTable(inject('dynamodbEndpoint')));
      client.middlewareStack.add(
        (next, { commandName }) =>
          (args) => {
            requests.push(String(commandName));
            const isRead = commandName === 'QueryCommand' || commandName === 'GetItemCommand';
            if (isRead && (args.input as { ConsistentRead?: boolean }).ConsistentRead !== true) eventualReads += 1; // of a read
            return next(args);
          },
        { step: 'initialize' },
      );
      store = createDynamoDbEventStore({ client, table, events: kitEvents });
    });

    it('loads a stream of any length with one request when its snapshots are written in time', async () => {
      const stream = await streamOf(store, ...Array.from({ length: 30 }, () => 4));
      const { token } = await store.load(stream);
      const snapshot = { schema: 'tag', state: { sum: 1 }, commands: [] };
      let last = await appended(store, token, commitOf([1], { snapshot }));
      for (let count = 1; count < SNAPSHOT_EVERY_COMMITS; count += 1)
        last = await appended(store, last, commitOf([count]));
      const load = () => store.load(stream, { snapshotSchema: 'tag' });
      expect(await sent(load)).toEqual(['QueryCommand']);
      expect((await load()).commits).toHaveLength(SNAPSHOT_EVERY_COMMITS - 1);
    });

    it('appends with one put, and pays for a transaction only when it is needed', async () => {
      const { token } = await store.load(someStream());
      expect(await sent(() => store.append(token, commitOf([1, 2, 3])))).toEqual(['PutItemCommand']);
      const { token: other } = await store.load(someStream());
      const appends = [{ token: other, commit: commitOf([1]) }];
      expect(await sent(() => store.appendAll(appends))).toEqual(['TransactWriteItemsCommand']);
    });

    it('reads only the tail after a token, and a page with one request', async () => {
      const stream = await streamOf(store, 2, 1);
      const { token } = await store.load(stream);
      expect(await sent(() => store.loadTail(token, { snapshotSchema: 'tag' }))).toEqual(['QueryCommand']);
      expect(await sent(() => store.readEvents(stream, { after: 0, limit: 10 }))).toEqual(['QueryCommand']);
      expect(await sent(() => store.readEvents(stream, { after: 2, limit: 10 }))).toEqual(['QueryCommand']);
    });

    it('never reads other than strongly', async () => {
      const stream = await streamOf(store, 2, 1);
      const { token } = await store.load(stream, { snapshotSchema: 'tag' });
      await store.loadTail(token);
      await store.readCommit(stream, 1);
      for (const after of [0, 1, 3]) await store.readEvents(stream, { after, limit: 1 });
      expect(eventualReads).toBe(0);
    });

    it('sends nothing when a limit is passed', async () => {
      const { token } = await store.load(someStream());
      const tooLarge = commitOf(['x'.repeat(MAXIMUM_ITEM_BYTES)]);
      expect(await sent(() => store.append(token, tooLarge).catch(() => undefined))).toEqual([]);
      expect(await sent(() => store.appendAll([{ token, commit: tooLarge }]).catch(() => undefined))).toEqual([]);
    });

    it('counts the bytes of an item as the service does: what fits by our count fits, and little more does', async () => {
      const accepts = (Item: Record<string, unknown>) =>
        client.send(new PutCommand({ TableName: table, Item })).then(
          () => true,
          (error) => {
            expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringContaining('Item size') });
            return false;
          },
        );
      const itemOf = (bytes: number) => {
        const { events: _, snapshot: __, ...shared } = commitOf([]);
        const item = { stream: someStream(), version: 12_345_678_901, ...shared, who: 'Zoë', events: '' };
        return { ...item, events: 'x'.repeat(bytes - itemBytes(item)) };
      };
      expect(await accepts(itemOf(MAXIMUM_ITEM_BYTES))).toBe(true);
      expect(await accepts(itemOf(MAXIMUM_ITEM_BYTES + 32))).toBe(false);
    });
  });
});
