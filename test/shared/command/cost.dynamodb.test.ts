/** What a command costs on DynamoDB in requests and units, whatever the stream has in it. */
import { randomBytes } from 'node:crypto';
import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import type { EventStore } from '#shared/event-store/index.ts';
import { SNAPSHOT_EVERY_COMMITS } from '#shared/event-store/snapshot.ts';
import { someStream } from '../../support/commits.ts';
import { createEventsTable } from '../../support/events-table.ts';
import { machineOn } from '../../support/machine.ts';
import { type TillCommand, tillEvents } from '../../support/till.ts';

const coins = (count: number): TillCommand => ({ what: 'deposit-coins', data: { coins: count } });

/** 4 KB of a strongly consistent read are one unit. */
const unitsOf = (bytes: number) => Math.ceil(bytes / 4_096);

describe('A cold command', () => {
  let store: EventStore;
  const spent: { readonly what: string; readonly units: number }[] = [];

  beforeAll(async () => {
    const { client, table } = await createEventsTable(inject('dynamodbEndpoint'));
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
          const { ConsumedCapacity } = result.output as { readonly ConsumedCapacity?: ConsumedCapacity }; // asked for
          spent.push({ what: commandName, units: ConsumedCapacity?.CapacityUnits ?? 0 });
          return result;
        },
      { step: 'initialize' },
    );
    store = createDynamoDbEventStore({ client, table, events: tillEvents });
  });

  it('reads one large state, not one for every commit of many events', async () => {
    const stream = someStream();
    const machine = machineOn(store);
    const stateBytes = 87_000;
    // Random bytes hardly get smaller when they are packed.
    const memo = randomBytes(stateBytes).toString('base64').slice(0, stateBytes);
    await machine.send(stream, { what: 'deposit', data: { amount: 1, memo } });
    for (let count = 0; count < 2 * SNAPSHOT_EVERY_COMMITS; count += 1) await machine.send(stream, coins(25));
    spent.length = 0;
    await machineOn(store).send(stream, coins(1));
    expect(spent.map(({ what }) => what)).toEqual(['QueryCommand', 'PutItemCommand']);
    const eventBytes = 1_000 * SNAPSHOT_EVERY_COMMITS;
    expect(spent[0]?.units).toBeLessThanOrEqual(unitsOf(stateBytes + eventBytes));
    expect(spent[1]?.units).toBe(1);
  });
});
