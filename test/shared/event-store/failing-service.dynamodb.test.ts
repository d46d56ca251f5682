/** Failures of DynamoDB are met with another try, and told as what they are when no try helps. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { unique } from '#shared/aggregate/index.ts';
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { tokenAt } from '#shared/event-store/event-store.ts';
import type { AppendOutcome, EventStore, NewCommit, StreamToken } from '#shared/event-store/index.ts';
import { commitOf, kitEvents, someStream } from '../../support/commits.ts';
import { createEventsTable } from '../../support/events-table.ts';
import { putUnder, type WireFault } from '../../support/faulty-wire.ts';
import { dataOf } from './contract/append.ts';

type Way = (store: EventStore, token: StreamToken, commit: NewCommit, signal?: AbortSignal) => Promise<AppendOutcome>;

const byPut: Way = (store, token, commit, signal) => store.append(token, commit, { signal });
const byTransaction: Way = (store, token, commit, signal) =>
  store.appendAll([{ token, commit }], { claims: [unique('name', token.stream)], releases: [] }, { signal });

const WAYS = [
  ['a put', byPut],
  ['a transaction', byTransaction],
] as const;

const UNAVAILABLE = { code: 'store-unavailable', retryable: true };

describe('When the signal of a call is aborted,', () => {
  it.each(WAYS)('%s that has failed is not tried again', async (_, append) => {
    const endpoint = inject('dynamodbEndpoint');
    const { table } = await createEventsTable(endpoint);
    const client = createDocumentClient(endpoint);
    const aborted = new AbortController();
    let writes = 0;
    putUnder(client, {
      nextFault(request) {
        if (request === 'read') return undefined;
        writes += 1;
        aborted.abort();
        return writes === 1 ? 'broken' : undefined;
      },
      later: () => {},
    });
    const store = createDynamoDbEventStore({ client, table, events: kitEvents });
    const { token } = await store.load(someStream());
    const write = append(store, token, commitOf(['never']), aborted.signal);
    await expect(write).rejects.toMatchObject({ code: 'out-of-time', retryable: true });
    expect(await dataOf(store, token.stream)).toEqual([]);
  });

  const READS = [
    ['a load', (store, { stream }, _, signal) => store.load(stream, { signal })],
    ['a read of a tail', (store, token, _, signal) => store.loadTail(token, { signal })],
    ['a read of a commit', (store, { stream }, _, signal) => store.readCommit(stream, 1, { signal })],
    ['a page', (store, { stream }, _, signal) => store.readEvents(stream, { after: 3, limit: 1 }, { signal })],
  ] satisfies [string, (...args: Parameters<Way>) => Promise<unknown>][];

  it.each([...WAYS, ...READS])('%s that is under way is given up, and its connection closed', async (_, call) => {
    const { endpoint, connected, closed, server, connections } = await silentServer();
    const client = createDocumentClient(endpoint);
    const store = createDynamoDbEventStore({ client, table: 'silent', events: kitEvents });
    const aborting = new AbortController();
    const answer = call(store, tokenAt(someStream(), 0), commitOf([1]), aborting.signal);
    await connected;
    aborting.abort();
    await expect(answer).rejects.toMatchObject({ code: 'out-of-time', retryable: true });
    await closed;
    expect(connections()).toBe(1);
    client.destroy();
    server.close();
  });
});

/** Takes a connection, and says nothing on it. */
async function silentServer() {
  const connected = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.on('data', () => connected.resolve());
    socket.on('close', () => closed.resolve());
    socket.on('error', () => {});
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const endpoint = `http://127.0.0.1:${port}`;
  return { server, endpoint, connected: connected.promise, closed: closed.promise, connections: () => count };
}

describe('When DynamoDB fails,', () => {
  let store: EventStore;
  let faults: WireFault[] = [];
  const arriving: Promise<unknown>[] = [];
  /** What arrives late when a test lets it. */
  let held: (() => Promise<unknown>)[] = [];
  let isHeld = false;

  beforeAll(async () => {
    const endpoint = inject('dynamodbEndpoint');
    const { table } = await createEventsTable(endpoint);
    const client = createDocumentClient(endpoint);
    putUnder(client, {
      nextFault: () => faults.shift(),
      later: (arrive) => (isHeld ? held.push(arrive) : arriving.push(arrive())),
    });
    store = createDynamoDbEventStore({ client, table, events: kitEvents });
  });

  beforeEach(() => {
    faults = [];
    held = [];
    isHeld = false;
  });

  const emptySlice = async () => (await store.load(someStream())).token;

  describe.each(WAYS)('%s', (_, append) => {
    it.each(['lost', 'unreachable', 'throttled', 'broken'] as const)(
      'is written once over a request that is %s',
      async (fault) => {
        const token = await emptySlice();
        faults = [fault];
        const outcome = await append(store, token, commitOf(['once']));
        expect(outcome).toMatchObject({ kind: 'appended', streams: [{ token: { version: 1 } }] });
        expect(await dataOf(store, token.stream)).toEqual(['once']);
      },
    );

    it('is written once when its first try arrives late', async () => {
      const token = await emptySlice();
      faults = ['late'];
      expect(await append(store, token, commitOf(['once']))).toMatchObject({ kind: 'appended' });
      await Promise.allSettled(arriving.splice(0));
      expect(await dataOf(store, token.stream)).toEqual(['once']);
    });

    it.each(['unreachable', 'throttled', 'broken'] as const)('is not now when every try is %s', async (fault) => {
      const token = await emptySlice();
      faults = [fault, fault, fault];
      await expect(append(store, token, commitOf(['never']))).rejects.toMatchObject(UNAVAILABLE);
      expect(await dataOf(store, token.stream)).toEqual([]);
    });

    it('is recognised when it was written although no answer came, and is sent again', async () => {
      const token = await emptySlice();
      const commit = commitOf(['once']);
      faults = ['lost', 'unreachable', 'unreachable'];
      await expect(append(store, token, commit)).rejects.toMatchObject(UNAVAILABLE);
      expect(await append(store, token, commit)).toMatchObject({
        kind: 'appended',
        streams: [{ token: { version: 1 } }],
      });
      expect(await dataOf(store, token.stream)).toEqual(['once']);
    });

    it('may still be written after a conflict of a later try, and the outcome says so', async () => {
      const token = await emptySlice();
      isHeld = true;
      faults = ['late', 'transaction-conflict'];
      expect(await append(store, token, commitOf(['late']))).toEqual({ kind: 'conflict', mayArrive: true });
      expect(await dataOf(store, token.stream)).toEqual([]);
      await held.pop()?.();
      expect(await dataOf(store, token.stream)).toEqual(['late']);
      expect(await append(store, token, commitOf(['then']))).toEqual({ kind: 'conflict' });
    });

    it('meets a conflict when a transaction is under way on its item', async () => {
      const token = await emptySlice();
      faults = ['transaction-conflict'];
      expect(await append(store, token, commitOf(['never']))).toEqual({ kind: 'conflict' });
      expect(await dataOf(store, token.stream)).toEqual([]);
      expect(await append(store, token, commitOf(['then']))).toMatchObject({ kind: 'appended' });
    });
  });

  it('a value that is taken may be had by a try that is still under way', async () => {
    const [token, other] = [await emptySlice(), await emptySlice()];
    const claim = (of: StreamToken, data: string) =>
      store.appendAll([{ token: of, commit: commitOf([data]) }], {
        claims: [unique('name', token.stream)],
        releases: [],
      });
    expect(await claim(other, 'first')).toMatchObject({ kind: 'appended' });
    expect(await claim(token, 'never')).toEqual({ kind: 'unique-value-taken', unique: unique('name', token.stream) });
    isHeld = true;
    faults = ['late'];
    expect(await claim(token, 'late')).toMatchObject({ kind: 'unique-value-taken', mayArrive: true });
  });

  it.each(['transaction-throttled', 'transaction-in-progress'] as const)(
    'a %s is not now, and no conflict',
    async (fault) => {
      const token = await emptySlice();
      faults = [fault, fault, fault];
      await expect(byTransaction(store, token, commitOf([1]))).rejects.toMatchObject(UNAVAILABLE);
    },
  );

  it.each(['lost', 'unreachable', 'throttled', 'broken', 'late'] as const)(
    'a read goes on when a request is %s',
    async (fault) => {
      const token = await emptySlice();
      await byPut(store, token, commitOf([1, 2]));
      faults = [fault];
      expect(await dataOf(store, token.stream)).toEqual([1, 2]);
      faults = [fault, fault, fault];
      await expect(store.load(token.stream)).rejects.toMatchObject(UNAVAILABLE);
      for (const read of [
        () => store.loadTail(token),
        () => store.readCommit(token.stream, 1),
        () => store.readEvents(token.stream, { after: 0, limit: 1 }),
      ]) {
        faults = [fault, fault, fault];
        await expect(read()).rejects.toMatchObject(UNAVAILABLE);
      }
      await Promise.allSettled(arriving.splice(0));
    },
  );

  it('a server that is not there is not now, in words that name no address', async () => {
    const client = createDocumentClient('http://127.0.0.1:9');
    const nowhere = createDynamoDbEventStore({ client, table: 'none', events: kitEvents });
    const load = nowhere.load(someStream());
    await expect(load).rejects.toMatchObject({ ...UNAVAILABLE, message: expect.not.stringContaining('127.0.0.1') });
  });
});
