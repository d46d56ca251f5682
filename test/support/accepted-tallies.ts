/** Tallies whose commands are answered later: the real endpoint and consumer, over a FIFO queue of the local cloud and parts in memory. */
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import {
  type CommandLog,
  type CommandQueue,
  createInMemoryCommandLog,
  createStateCache,
} from '#shared/command/index.ts';
import { commandEndpoint, commandStatusEndpoint } from '#shared/edge/http/index.ts';
import { acceptedConsumer } from '#shared/edge/queue/index.ts';
import { createInMemoryEventStore, type EventStore } from '#shared/event-store/index.ts';
import { createInMemoryQueryTable } from '#shared/projection/index.ts';
import { queueRecord } from '../../infra/local/services/lambda/mappings/queue-record.ts';
import { createQueue } from '../../infra/local/services/sqs/local-queue.ts';
import type { LocalQueue, ReceivedMessage } from '../../infra/local/services/sqs/queue.ts';
import { handClock } from '../infra/local/engine/hand-clock.ts';
import { aQueue } from '../infra/local/services/sqs/a-queue.ts';
import { type Answered, ask, httpEvent, type SentRequest } from './http-events.ts';
import { handlingOn, NOW, tallies, tallyEvents } from './tally.ts';

/** What stands between the parts and who uses them. */
type Around = {
  readonly store?: (store: EventStore) => EventStore;
  readonly log?: (log: CommandLog) => CommandLog;
  readonly queue?: (queue: CommandQueue) => CommandQueue;
};

export const MAXIMUM_RECEIVES = 3;
const VISIBILITY_MS = 150_000;

export function acceptedTallies({ store: aroundStore, log: aroundLog, queue: aroundQueue }: Around = {}) {
  const time = handClock(Date.parse(NOW));
  const clock = () => new Date(time.now());
  const plainStore = createInMemoryEventStore({ events: tallyEvents });
  const store = aroundStore?.(plainStore) ?? plainStore;
  const plainLog = createInMemoryCommandLog(clock);
  const log = aroundLog?.(plainLog) ?? plainLog;
  const fifo = { fifo: true, deduplicatesByGroup: true, visibilityTimeoutMs: VISIBILITY_MS };
  const dead = createQueue(aQueue({ ...fifo, name: 'dead.fifo' }), time);
  const redrive = { target: () => dead, maxReceiveCount: MAXIMUM_RECEIVES };
  const messages = createQueue(aQueue({ ...fifo, name: 'accepted.fifo', redrive }), time);
  const plainQueue: CommandQueue = {
    async send(command) {
      const { stream: groupId, deduplicationId } = command;
      const { messageId, sequenceNumber = '' } = messages.send({
        body: JSON.stringify(command),
        groupId,
        deduplicationId,
      });
      return { message: messageId, sequence: sequenceNumber.padStart(39, '0') };
    },
  };
  const queue = aroundQueue?.(plainQueue) ?? plainQueue;
  /** What is done while somebody waits. */
  let meanwhile: () => Promise<unknown> = async () => {};
  const handling = {
    ...handlingOn(store),
    clock,
    async sleep(milliseconds: number) {
      time.advance(milliseconds);
      await meanwhile();
    },
  };
  const queries = {
    store,
    tables: new Map(tallies.projections.map(({ name }) => [name, createInMemoryQueryTable()])),
    clock,
  };
  const endpoint = commandEndpoint(tallies, handling, { later: { log, queue }, queries });
  const status = commandStatusEndpoint((category) => (category === 'tally' ? log : undefined));
  // A function of its own, so it remembers nothing of what the endpoint has seen.
  const newConsumer = () =>
    acceptedConsumer(tallies.aggregates, {
      handling: { ...handling, cache: createStateCache(), sleep: async (ms) => time.advance(ms) },
      log,
      deadLetters: dead.arn,
      comeBackAfter: async ({ receiptHandle }, seconds) =>
        void messages.changeVisibility(receiptHandle, seconds * 1_000),
    });
  let consume = newConsumer();

  /** Hands received messages to the consumer, and deletes those that it has taken, unless it crashed. How many are taken. */
  async function hand(from: LocalQueue, received: readonly ReceivedMessage[]): Promise<number> {
    const Records = received.map((message) => queueRecord(message, from.arn) as unknown as SQSRecord); // as Lambda's own
    const { batchItemFailures } = await consume({ Records } as SQSEvent, { getRemainingTimeInMillis: () => 25_000 });
    const left = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const taken = received.filter(({ messageId }) => !left.has(messageId));
    for (const { receiptHandle } of taken) from.delete(receiptHandle);
    return taken.length;
  }

  const receive = (from: LocalQueue, max: number) => from.receive({ max, waitMs: 0 });

  return {
    time,
    store: plainStore,
    log: plainLog,
    messages,
    dead,
    receive,
    hand,
    /** Delivers what can be received now, so many at a time, until nothing is left to receive. */
    async deliver({ max = 1, from = messages }: { readonly max?: number; readonly from?: LocalQueue } = {}) {
      for (let received = await receive(from, max); received.length > 0; received = await receive(from, max)) {
        await hand(from, received);
      }
    },
    /** The next delivery is to a new instance of the function, which remembers nothing. */
    restart() {
      consume = newConsumer();
    },
    whileWaiting(action: () => Promise<unknown>) {
      meanwhile = action;
    },
    command: (
      what: string,
      id: string,
      { headers = {}, ...sent }: Omit<SentRequest, 'route'> = {},
    ): Promise<Answered> =>
      ask(
        endpoint,
        httpEvent({
          route: `POST /tallies/{id}/${what}`,
          parameters: { id },
          headers: { 'content-type': 'application/json', ...headers },
          ...sent,
        }),
      ),
    statusOf: (stream: string, id: string): Promise<Answered> =>
      ask(status, httpEvent({ route: 'GET /commands/{stream}/{id}', parameters: { stream, id } })),
  };
}
