/** There is an answer before the function's time is up, and nothing is done after it. */
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commandEndpoint, queryEndpoint, streamEndpoint } from '#shared/edge/http/index.ts';
import { createInMemoryEventStore, type EventStore } from '#shared/event-store/index.ts';
import { createInMemoryQueryTable } from '#shared/projection/index.ts';
import { type Answered, ask, type Endpoint, httpEvent } from '../../../support/http-events.ts';
import { watched } from '../../../support/machine.ts';
import { handlingOn, tallies, tally, tallyEvents } from '../../../support/tally.ts';
import { by } from './edge.ts';

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

/** What is left of a function's time when the answer must be given. */
const LAST_SECOND_MS = 1_000;
const OUT_OF_TIME = {
  statusCode: 503,
  headers: { 'content-type': 'application/problem+json', 'retry-after': expect.stringMatching(/^\d+$/) },
  json: { status: 503, code: 'unavailable' },
};

const post = (endpoint: Endpoint, remainingMs?: number): Promise<Answered> =>
  ask(
    endpoint,
    httpEvent({
      route: 'POST /tallies/{id}/count',
      parameters: { id: '1' },
      headers: { 'content-type': 'application/json' },
      body: by(1),
    }),
    remainingMs,
  );

const never = () => new Promise<never>(() => {});

describe('An answer that takes too long', () => {
  it('is 503 before the function is cut off, whatever is waited for', async () => {
    const inner = createInMemoryEventStore({ events: tallyEvents });
    const hanging = { ...inner, load: never, readEvents: never, readCommits: never };
    const tables = new Map([['journal', createInMemoryQueryTable()]]);
    const ports = { store: hanging, tables, clock: () => new Date() };
    const get = (route: string, parameters: Record<string, string>, headers = {}) =>
      httpEvent({ route, parameters, headers });
    for (const answer of [
      post(commandEndpoint(tallies, handlingOn(hanging)), LAST_SECOND_MS),
      ask(
        queryEndpoint(tallies, ports),
        get('GET /tallies/{id}', { id: '1' }, { consistency: 'strong' }),
        LAST_SECOND_MS,
      ),
      ask(
        streamEndpoint(() => hanging),
        get('GET /streams/{stream}', { stream: 'tally-1' }),
        LAST_SECOND_MS,
      ),
    ]) {
      expect(await answer).toMatchObject(OUT_OF_TIME);
    }
  });

  it('is the last of its command: what was waiting for its next try is not tried any more', async () => {
    const inner = createInMemoryEventStore({ events: tallyEvents });
    let conflicts = 1;
    const { store, calls } = watched(inner, (call, proceed) =>
      call === 'append' && conflicts-- > 0 ? Promise.resolve({ kind: 'conflict' }) : proceed(),
    );
    let waited = false;
    const sleep = async (_: number, signal?: AbortSignal) => {
      if (signal !== undefined) await once(signal, 'abort');
      waited = true;
    };
    const endpoint = commandEndpoint(tallies, { ...handlingOn(store), sleep });
    expect(await post(endpoint, LAST_SECOND_MS)).toMatchObject(OUT_OF_TIME);
    await vi.waitFor(() => expect(waited).toBe(true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual(['load', 'append']);
    expect((await inner.load(tally('1'))).token.version).toBe(0);
  });

  it('is the end of what the store was asked for its sake', async () => {
    const inner = createInMemoryEventStore({ events: tallyEvents });
    const signals: (AbortSignal | undefined)[] = [];
    const hang = (signal: AbortSignal | undefined) => {
      signals.push(signal);
      return never();
    };
    const hanging: Partial<EventStore>[] = [
      { load: (_, { signal } = {}) => hang(signal) },
      { append: (_, __, { signal } = {}) => hang(signal) },
    ];
    for (const methods of hanging) {
      const endpoint = commandEndpoint(tallies, handlingOn({ ...inner, ...methods }));
      expect(await post(endpoint, LAST_SECOND_MS)).toMatchObject(OUT_OF_TIME);
    }
    expect(signals).toMatchObject([{ aborted: true }, { aborted: true }]);
  });

  it('does not keep the next command from being answered', async () => {
    let hangs = true;
    const { store } = watched(createInMemoryEventStore({ events: tallyEvents }), (_, proceed) =>
      hangs ? never() : proceed(),
    );
    const endpoint = commandEndpoint(tallies, handlingOn(store));
    expect(await post(endpoint, LAST_SECOND_MS)).toMatchObject(OUT_OF_TIME);
    hangs = false;
    expect(await post(endpoint)).toMatchObject({ statusCode: 200, json: { version: 1 } });
  });
});
