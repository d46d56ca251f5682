/** A bus that fails as told: the real client and wire protocol, with a proxy between them that makes entries fail. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { createPublisher, type PublisherOptions } from '#shared/edge/stream/publisher.ts';
import type { RecordedEvent } from '#shared/event/index.ts';
import { createEventBus } from '../../../../infra/local/services/eventbridge/event-bus.ts';
import { createEventBridgeServer } from '../../../../infra/local/services/eventbridge/eventbridge-api.ts';

type Entry = { readonly Source: string; readonly Detail: string };
type Envelope = {
  readonly source: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: RecordedEvent;
};

/** What goes wrong; reset between tests. `failEntry` sees each entry with the number of the request, from 0. */
export type Faults = {
  failEntry: (event: RecordedEvent, request: number) => { ErrorCode: string; ErrorMessage?: string } | undefined;
  /** Awaited before a request is answered. */
  hold: () => Promise<void>;
  failRequest: (request: number) => 'break' | 'refuse' | 'lose-answer' | 'answer-nothing' | undefined;
};

const NO_FAULTS: Faults = { failEntry: () => undefined, failRequest: () => undefined, hold: async () => {} };

/** One for the tests of a file, without faults at the beginning of each; what is logged as an error is kept from the terminal. */
export function useFaultyBus(name = 'events'): FaultyBus {
  const bus = {} as FaultyBus; // filled before the first test
  beforeAll(async () => {
    Object.assign(bus, await startFaultyBus(name));
  });
  afterAll(() => bus.stop());
  beforeEach(() => {
    bus.reset();
    vi.spyOn(console, 'error').mockImplementation(() => {});
  });
  afterEach(() => vi.restoreAllMocks());
  return bus;
}

type FaultyBus = Awaited<ReturnType<typeof startFaultyBus>>;

async function startFaultyBus(name: string) {
  const received: Envelope[] = [];
  const requests: RecordedEvent[][] = [];
  const faults: Faults = { ...NO_FAULTS };
  const bus = createEventBus({ name, arn: `arn:aws:events:eu-west-1:000000000000:event-bus/${name}` }, () => {});
  bus.putRule({
    name: 'all',
    arn: 'arn:rule/all',
    enabled: true,
    pattern: { source: [{ prefix: '' }] },
    targets: [{ id: 'all', arn: 'arn:target/all', deliver: async (input) => void received.push(JSON.parse(input)) }],
  });
  const server = createEventBridgeServer({ buses: new Map([[name, bus]]), log: () => {} });
  const { url } = await server.listen(0);

  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const entries: Entry[] = JSON.parse(Buffer.concat(chunks).toString()).Entries;
    const events = entries.map(({ Detail }) => JSON.parse(Detail) as RecordedEvent);
    const number = requests.push(events) - 1;
    await faults.hold();
    const fault = faults.failRequest(number);
    if (fault === 'break') return void request.socket.destroy();
    if (fault === 'refuse') {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      return void response.end(JSON.stringify({ __type: 'ValidationException', message: 'refused as a whole' }));
    }
    if (fault === 'answer-nothing') {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      return void response.end('{"FailedEntryCount":0,"Entries":[]}');
    }
    const failures = events.map((event) => faults.failEntry(event, number));
    const passed = entries.filter((_, index) => failures[index] === undefined);
    const answers = passed.length === 0 ? [] : await forward(url, passed, request.headers);
    if (fault === 'lose-answer') return void request.socket.destroy();
    const Entries = failures.map((failure) => failure ?? answers.shift());
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    return void response.end(
      JSON.stringify({ FailedEntryCount: failures.filter((failure) => failure !== undefined).length, Entries }),
    );
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo; // as every server that listens on TCP has
  const client = new EventBridgeClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'LOCAL', secretAccessKey: 'LOCAL' },
    maxAttempts: 1,
  });

  return {
    port,
    faults,
    /** What the targets of the bus got, in order. */
    received,
    /** The events of every request, in order, also of those that failed. */
    requests,
    publisher: (options: Partial<PublisherOptions> = {}) =>
      createPublisher({
        client,
        bus: name,
        source: 'tributary.tallies',
        sleep: async () => {},
        random: () => 0,
        ...options,
      }),
    reset() {
      Object.assign(faults, NO_FAULTS);
      received.length = 0;
      requests.length = 0;
    },
    async stop() {
      client.destroy();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      await server.stop();
      await bus.stop();
    },
  };
}

async function forward(
  url: string,
  Entries: readonly Entry[],
  headers: NodeJS.Dict<string | string[]>,
): Promise<unknown[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-amz-target': String(headers['x-amz-target']), 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ Entries }),
  });
  const answer = (await response.json()) as { Entries: unknown[] }; // as the protocol says of PutEvents
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer.Entries;
}
