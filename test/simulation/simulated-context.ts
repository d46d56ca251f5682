/** A bounded context with all its functions and tables, in memory: the code of the kit over parts that fail on purpose. */
import type { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type ContextCatalog, eventDefinitions, eventSource } from '#shared/catalog/index.ts';
import { createStateCache, dispatch, type SentCommand } from '#shared/command/index.ts';
import { projectionConsumer } from '#shared/edge/queue/index.ts';
import { hintFeed } from '#shared/edge/schedule/index.ts';
import { hintSender, reconciler } from '#shared/edge/schedule/reconciler.ts';
import { createPublisher, relay } from '#shared/edge/stream/index.ts';
import {
  type CommitItem,
  createInMemoryEventStore,
  createInMemoryTable,
  type EventStore,
  storedCommit,
} from '#shared/event-store/index.ts';
import { createFeedReader, createFeedWriter, createInMemoryFeedTable, type FeedLog } from '#shared/feed/index.ts';
import { type AnyProjection, answerQuery, createRowCache } from '#shared/projection/index.ts';
import { faultyPort, step } from './faulty-step.ts';
import type { SimulatedBus } from './simulated-bus.ts';
import { type Process, type Run, simulatedFunction } from './simulated-function.ts';
import { type SimulatedQueue, simulatedQueue } from './simulated-queue.ts';
import { simulatedStream } from './simulated-stream.ts';
import { type StaleTable, staleTable } from './stale-table.ts';

export type ContextSettings = {
  /** Shards of the table's stream, each with a relay of its own. */
  readonly shards: number;
  readonly feedPartitions: number;
  /** Records of one call of the relay. */
  readonly batch: number;
  /** Commits that one read of the log gives. */
  readonly page: number;
};

export const SETTLE_SECONDS = 120;
const REQUEST = { name: 'log', writes: ['append', 'appendAll'], conflict: { kind: 'conflict' } } as const;
const FEED = { name: 'feed', writes: ['add', 'index', 'park', 'release'] } as const;

type QueryRequest = Parameters<typeof answerQuery>[1];

export type SimulatedContext = ReturnType<typeof simulatedContext>;

/** `deployed` is what a process has of a projection of the catalog: it may be broken. */
export function simulatedContext(
  run: Run,
  bus: SimulatedBus,
  catalog: ContextCatalog,
  { shards, feedPartitions, batch, page }: ContextSettings,
  deployed: (projection: AnyProjection, process: Process) => AnyProjection,
) {
  const { name } = catalog;
  const events = eventDefinitions(catalog);
  const table = createInMemoryTable();
  const store = createInMemoryEventStore({ events, table });
  const paged = pagedStore(store, page);
  const feedTable = createInMemoryFeedTable();
  const log = feedLog(table.commits, page);
  const storeOf = (process: Process) => faultyPort(run, process, paged, REQUEST);
  const feedOf = (process: Process) => faultyPort(run, process, feedTable, FEED);

  const relays = simulatedFunction(run, `${name} relay`, 60, (process) => {
    const own = feedOf(process);
    const { sleep, clock } = process;
    const random = () => run.draws.share(`${process.name} waits`);
    return relay({
      itemOf: (image) => image as Record<string, unknown>, // the stream gives items as they are
      events,
      feed: createFeedWriter({
        table: own,
        log: faultyPort(run, process, log, { name: 'log', writes: [] }),
        partitions: feedPartitions,
        events,
        pause: sleep,
        random,
      }),
      park: own.park,
      publish: createPublisher({
        client: bus.clientOf(process),
        bus: 'bus',
        source: eventSource(catalog),
        sleep,
        random,
      }),
      clock,
    });
  });
  const stream = simulatedStream(run, `${name} stream`, { shards, batch }, relays);
  streamWrites(table.commits, stream.add);

  const views = catalog.projections.map((projection) => {
    const queryTable = staleTable();
    const consumer = simulatedFunction(run, projection.name, 20, (process) => {
      const request = (record: Parameters<SimulatedQueue['comeBackAfter']>[0], seconds: number) =>
        step(run, process, {
          what: 'ChangeMessageVisibility',
          perform: () => queue.comeBackAfter(record, seconds),
          isWrite: true,
        });
      return projectionConsumer(deployed(projection, process), {
        store: storeOf(process),
        table: tableOf(process, projection, queryTable),
        rows: createRowCache(),
        clock: process.clock,
        comeBackAfter: request,
      });
    });
    const queue: SimulatedQueue = simulatedQueue(run, `${projection.name} queue`, consumer);
    bus.addRule({
      name: projection.name,
      source: eventSource(catalog),
      categories: projection.categories,
      send: queue.send,
    });
    return { projection, table: queryTable.table, stale: queryTable, queue };
  });

  function tableOf(process: Process, { name: of }: AnyProjection, { table: shared, stale }: StaleTable) {
    return faultyPort(run, process, shared, {
      name: `${of} rows`,
      writes: ['write', 'announce', 'writeAnnounced', 'park', 'unpark', 'writeNote'],
      conflict: false,
      stale,
    });
  }

  const reconcile = simulatedFunction(run, `${name} reconciler`, 60, (process) => {
    const { clock } = process;
    return reconciler({
      feed: hintFeed(createFeedReader({ table: feedOf(process) })),
      followers: views.map(({ projection, stale, queue }) => ({
        follower: projection,
        table: tableOf(process, projection, stale),
        sendHints: hintSender(queueClient(run, process, queue), 'queue'),
      })),
      dimensions: { Context: name },
      settleSeconds: SETTLE_SECONDS,
      clock,
    });
  });

  const startCommands = (process: Process) => {
    const { clock, sleep } = process;
    const random = () => run.draws.share(`${process.name} waits`);
    const handling = { store: storeOf(process), cache: createStateCache(), clock, ids: run.ids, random, sleep };
    return (command: SentCommand) => dispatch(handling, catalog.aggregates, command);
  };
  const commands = simulatedFunction(run, `${name} commands`, 29, startCommands, ({ who }) => who);

  const queries = simulatedFunction(run, `${name} queries`, 29, (process) => (request: QueryRequest) => {
    const view = views.find(({ projection }) => projection.name === request.projection.name);
    if (view === undefined) throw new Error(`${name} has no projection ${request.projection.name}`);
    return answerQuery({ table: tableOf(process, view.projection, view.stale), store: storeOf(process) }, request);
  });

  return { catalog, store, table, feedTable, events, stream, views, reconcile, commands, queries };
}

/** Every item that is written comes into the stream of the table, in the order of the writes. */
function streamWrites(commits: Map<string, readonly CommitItem[]>, add: (item: CommitItem) => void): void {
  const write = commits.set.bind(commits);
  commits.set = (stream, items) => {
    const item = items.at(-1);
    if (item !== undefined) add(item);
    return write(stream, items);
  };
}

const pagedStore = (store: EventStore, page: number): EventStore => ({
  ...store,
  readCommits: (stream, { after, limit = page }, options) =>
    store.readCommits(stream, { after, limit: Math.min(limit, page) }, options),
});

const feedLog = (commits: ReadonlyMap<string, readonly CommitItem[]>, page: number): FeedLog => ({
  async commitsAfter(stream, version) {
    const left = (commits.get(stream) ?? []).filter((item) => item.version > version);
    return { commits: left.slice(0, page).map(storedCommit), more: left.length > page };
  },
});

/** The client of a process, of which nothing but `send` is used. */
const queueClient = (run: Run, process: Process, queue: SimulatedQueue): SQSClient =>
  ({
    send: ({ input: { Entries = [] } }: SendMessageBatchCommand) =>
      step(run, process, {
        what: 'SendMessageBatch',
        detail: Entries.map(({ MessageBody }) => MessageBody).join(' '),
        perform: () => {
          for (const { MessageBody = '' } of Entries) queue.send(MessageBody);
          return { Failed: [] };
        },
        isWrite: true,
        failure: () => new Error('the queue does not answer'),
      }),
  }) as unknown as SQSClient;
