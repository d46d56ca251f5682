/** Many writers get it right on DynamoDB Local, in every order and with the failures of the real service on the wire. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { someStream } from '../../support/commits.ts';
import { createEventsTable } from '../../support/events-table.ts';
import { putUnder, WIRE_FAULTS, type Wire } from '../../support/faulty-wire.ts';
import { machineOn } from '../../support/machine.ts';
import { holds } from '../../support/property.ts';
import { type TillCommand, tillEvents } from '../../support/till.ts';
import { checkHistory } from './simulation/check-history.ts';
import { faultsOf, inTurn, plans } from './simulation/plan.ts';
import { simulate, whenItsTurnComes } from './simulation/simulate.ts';

describe('Many writers on DynamoDB', () => {
  let client: DynamoDBDocumentClient;
  let table: string;
  let faultyClient: DynamoDBDocumentClient;
  let nextFault: Wire['nextFault'] = () => undefined;
  let later: (arrive: () => Promise<unknown>) => void;

  beforeAll(async () => {
    const endpoint = inject('dynamodbEndpoint');
    ({ client, table } = await createEventsTable(endpoint));
    faultyClient = createDocumentClient(endpoint);
    putUnder(faultyClient, { nextFault: (request) => nextFault(request), later: (arrive) => later(arrive) });
  });

  it('get answers that fit one order of all commands', async () => {
    const faulty = createDynamoDbEventStore({ client: faultyClient, table, events: tillEvents });
    const store = createDynamoDbEventStore({ client, table, events: tillEvents });
    const property = fc.asyncProperty(fc.scheduler(), plans, faultsOf(WIRE_FAULTS), async (scheduler, plan, faults) => {
      // Names of another run are none of this one's.
      const run = someStream();
      const named = {
        writers: plan.writers.map((steps) => steps.map((step) => ({ ...step, command: own(step.command, run) }))),
      };
      nextFault = inTurn(faults);
      later = (arrive) => void scheduler.schedule(whenItsTurnComes(arrive), 'late request');
      await checkHistory(await simulate(scheduler, named, () => faulty), store);
    });
    await holds(property, 20);
  }, 60_000);

  it('all get their commands in, 16 at once on one stream and without an order', async () => {
    const stream = someStream();
    const store = createDynamoDbEventStore({ client, table, events: tillEvents });
    const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    const writers = Array.from({ length: 16 }, () => machineOn(store, { sleep, random: Math.random }));
    const send = (commandId: string) => (machine: (typeof writers)[number]) =>
      machine.send(stream, { what: 'deposit', data: { amount: 1 } }, { commandId });
    const outcomes = await Promise.all(writers.map((machine, index) => send(`c${index % 8}`)(machine)));
    const recorded = outcomes.filter(({ kind }) => kind === 'recorded');
    const { commits } = await store.load(stream);
    expect(new Set(commits.map(({ why }) => why.id)).size).toBe(commits.length);
    expect(recorded.length).toBeGreaterThanOrEqual(commits.length);
    const first = recorded.filter((outcome) => outcome.kind === 'recorded' && !outcome.replayed);
    expect(first).toHaveLength(commits.length);
  });
});

const own = (command: TillCommand, run: string): TillCommand =>
  command.what === 'rename' ? { ...command, data: { name: `${run} ${command.data.name}` } } : command;
