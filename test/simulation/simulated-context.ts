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
import { followerOf, overdueHints } from '#shared/process-manager/index.ts';
import { type AnyProjection, answerQuery, createRowCache, type Follower } from '#shared/projection/index.ts';
import { faultyPort, step } from './faulty-step.ts';
import type { SimulatedBus } from './simulated-bus.ts';
import { type Process, type Run, simulatedFunction } from './simulated-function.ts';
import { simulatedProcessConsumer, simulatedSchedules } from './simulated-processes.ts';
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
const REQUEST = { name: 'log', writes: ['append', 'appendAll', 'keepAnswer'], conflict: { kind: 'conflict' } } as const;
const FEED = { name: 'feed', writes: ['add', 'index', 'park', 'release'] } as const;

type ConsumerParts = Pick<Parameters<typeof projectionConsumer>[1], 'table' | 'clock' | 'comeBackAfter'>;

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

  /** The table, queue and function of what keeps up with streams. */
  function simulatedFollower(
    follower: Follower,
    start: (process: Process, parts: ConsumerParts) => ReturnType<typeof projectionConsumer>,
  ) {
    const stale = staleTable();
    const consumer = simulatedFunction(run, follower.name, 20, (process) =>
      start(process, {
        table: tableOf(process, follower, stale),
        clock: process.clock,
        comeBackAfter: (record, seconds) =>
          step(run, process, {
            what: 'ChangeMessageVisibility',
            perform: () => queue.comeBackAfter(record, seconds),
            isWrite: true,
          }),
      }),
    );
    const queue: SimulatedQueue = simulatedQueue(run, `${follower.name} queue`, consumer);
    bus.addRule({
      name: follower.name,
      source: eventSource(catalog),
      categories: follower.categories,
      send: queue.send,
    });
    return { follower, table: stale.table, stale, queue };
  }

  const views = catalog.projections.map((projection) => ({
    projection,
    ...simulatedFollower(projection, (process, parts) =>
      projectionConsumer(deployed(projection, process), { ...parts, store: storeOf(process), rows: createRowCache() }),
    ),
  }));
  const processes = (catalog.processManagers ?? []).map((processManager) => {
    const schedules = simulatedSchedules(run, `${processManager.name} schedules`, () => parts.queue);
    const parts = simulatedFollower(followerOf(processManager), (process, own) =>
      simulatedProcessConsumer(process, catalog, processManager, {
        ...own,
        handling: handlingOf(process),
        schedules,
      }),
    );
    return { processManager, schedules, ...parts };
  });
  const followers = [...views, ...processes];

  function tableOf(process: Process, { name: of }: Follower, { table: shared, stale }: StaleTable) {
    return faultyPort(run, process, shared, {
      name: `${of} rows`,
      writes: ['write', 'announce', 'writeAnnounced', 'park', 'unpark', 'writeNote'],
      conflict: false,
      stale,
    });
  }

  const reconcile = simulatedFunction(run, `${name} reconciler`, 60, (process) => {
    const { clock } = process;
    const feedTable = feedOf(process);
    return reconciler({
      feed: hintFeed(createFeedReader({ table: feedTable })),
      parked: feedTable.parked,
      relayMapping: async () => ({ id: 'relay', state: 'Enabled', reason: undefined }),
      followers: followers.map(({ follower, stale, queue, ...one }) => {
        const own = tableOf(process, follower, stale);
        const sendHints = hintSender(queueClient(run, process, queue), 'queue');
        const overdue = (now: Date) => overdueHints(own, now);
        return { follower, table: own, sendHints, ...('processManager' in one && { overdue }) };
      }),
      dimensions: { Context: name },
      settleSeconds: SETTLE_SECONDS,
      clock,
    });
  });

  function handlingOf(process: Process) {
    const { clock, sleep } = process;
    const random = () => run.draws.share(`${process.name} waits`);
    return { store: storeOf(process), cache: createStateCache(), clock, ids: run.ids, random, sleep };
  }

  const startCommands = (process: Process) => {
    const handling = handlingOf(process);
    return (command: SentCommand) => dispatch(handling, catalog.aggregates, command);
  };
  const commands = simulatedFunction(run, `${name} commands`, 29, startCommands, ({ who }) => who);

  const queries = simulatedFunction(run, `${name} queries`, 29, (process) => (request: QueryRequest) => {
    const view = views.find(({ projection }) => projection.name === request.projection.name);
    if (view === undefined) throw new Error(`${name} has no projection ${request.projection.name}`);
    return answerQuery({ table: tableOf(process, view.projection, view.stale), store: storeOf(process) }, request);
  });

  return {
    catalog,
    store,
    table,
    feedTable,
    events,
    stream,
    views,
    processes,
    followers,
    reconcile,
    commands,
    queries,
  };
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
