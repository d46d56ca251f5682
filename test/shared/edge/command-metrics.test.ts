import { afterEach, expect, it, vi } from 'vitest';
import { commandMetrics } from '#shared/edge/command-metrics.ts';
import { commandEndpoint } from '#shared/edge/http/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { ask, httpEvent } from '../../support/http-events.ts';
import { clock, handlingOn, tallies, tallyEvents } from '../../support/tally.ts';
import { writtenMetrics } from './written-metrics.ts';

afterEach(() => vi.restoreAllMocks());

const dimensions = { Stage: 'tributary-test', Context: 'tallies' };
const commands = commandEndpoint(tallies, handlingOn(createInMemoryEventStore({ events: tallyEvents })), {
  count: commandMetrics(dimensions, clock),
});

const send = (what: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
  ask(
    commands,
    httpEvent({
      route: `POST /tallies/{id}/${what}`,
      parameters: { id: '1' },
      headers: { 'content-type': 'application/json', ...headers },
      body,
    }),
  );

it('Each command that is looked at is counted in one line, with what became of it', async () => {
  const lines = writtenMetrics();
  expect((await send('count', '{"by":1}')).statusCode).toBe(200);
  expect((await send('count', '{"by":0}')).statusCode).toBe(200);
  expect((await send('count', '{"by":-5}')).statusCode).toBe(422);
  expect((await send('count', '{"by":1}', { 'if-match': '"7"' })).statusCode).toBe(412);
  expect(lines()).toEqual([
    { ...dimensions, Commands: 1 },
    { ...dimensions, Commands: 1 },
    { ...dimensions, Commands: 1, Refusals: 1 },
    { ...dimensions, Commands: 1, Conflicts: 1 },
  ]);
});

it('What is no command, or has faults, is the affair of the gateway: it is not counted', async () => {
  const lines = writtenMetrics();
  expect((await send('count', '{')).statusCode).toBe(400);
  expect((await send('nothing', '{}')).statusCode).toBe(404);
  expect(lines()).toEqual([]);
});
