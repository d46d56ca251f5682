/** What DynamoDB may do to requests, done to a query table: nothing is lost, doubled or half written. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { createDynamoDbQueryTable } from '#shared/projection/dynamodb/index.ts';
import { catchUp, type QueryTable } from '#shared/projection/index.ts';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import { putUnder, WIRE_FAULTS, type WireFault } from '../../support/faulty-wire.ts';
import { holds } from '../../support/property.ts';
import { concordance, counted, journal, record, standings, tallyEvents, words } from '../../support/tally.ts';
import { newStream, rowOnly } from './contract/row-contract.ts';
import { createQueryTable, patientClient } from './dynamodb-tables.ts';
import { contentOf, expectedContent } from './projection-harness.ts';

stubAwsEnvironment();
const endpoint = inject('dynamodbEndpoint');
const client = patientClient(endpoint);
const table = await createQueryTable(client);
const steady = createDynamoDbQueryTable({ client, table, version: 1 });
afterAll(() => client.destroy());

/** A table behind a wire that has these faults, request by request, and then none; what is late arrives when it is asked for. */
function behind(faults: readonly (WireFault | undefined)[]) {
  const coming = faults.values();
  const late: (() => Promise<unknown>)[] = [];
  const faulty = patientClient(endpoint);
  putUnder(faulty, { nextFault: () => coming.next().value, later: (arrive) => late.push(arrive) });
  return {
    table: createDynamoDbQueryTable({ client: faulty, table, version: 1 }),
    arrive: async () => {
      for (const arrive of late.splice(0)) await arrive();
    },
    end: () => faulty.destroy(),
  };
}

const unavailable = { code: 'store-unavailable', retryable: true };
const entry = { key: 'faulty', sort: 'a', value: 1 };
const always = (fault: WireFault) => [fault, fault, fault];

/** Every write there is, with and without entries. */
const writes: [string, (table: QueryTable, stream: ReturnType<typeof newStream>) => Promise<boolean>][] = [
  ['a row', (to, stream) => to.write(stream, rowOnly(0, 1))],
  ['a row with entries', (to, stream) => to.write(stream, { ...rowOnly(0, 1), put: [entry] })],
  ['rows of several streams', (to, stream) => to.writeAll([{ stream, change: rowOnly(0, 1) }])],
  ['an announcement', (to, stream) => to.announce(stream, { watermark: 0, row: '' }, rowOnly(0, 1))],
  [
    'a part of what is announced',
    async (to, stream) => {
      await steady.announce(stream, { watermark: 0, row: '' }, rowOnly(0, 1));
      return to.writeAnnounced(stream, { from: 0, to: 1 }, { put: [entry], remove: [] });
    },
  ],
];

describe.each(writes)('A write of %s', (_, write) => {
  it('is not done while a transaction is under way on its item, and says so as when another was faster', async () => {
    const stream = newStream();
    const { table, end } = behind(['transaction-conflict']);
    expect(await write(table, stream)).toBe(false);
    expect((await steady.read(stream, { consistent: true }))?.watermark ?? 0).toBe(0);
    end();
  });

  it.each<WireFault>(['unreachable', 'throttled', 'broken'])('can be tried again when it is %s', async (fault) => {
    const { table, end } = behind(always(fault));
    await expect(write(table, newStream())).rejects.toMatchObject(unavailable);
    end();
  });
});

describe.each(writes.filter(([name]) => name !== 'a row' && name !== 'an announcement'))(
  'A write of %s',
  (_, write) => {
    it.each<WireFault>(['transaction-throttled', 'transaction-in-progress'])(
      'can be tried again when its answer is %s',
      async (fault) => {
        const { table, end } = behind(always(fault));
        await expect(write(table, newStream())).rejects.toMatchObject(unavailable);
        end();
      },
    );
  },
);

describe('A read', () => {
  it.each<WireFault>(['unreachable', 'throttled', 'broken', 'lost'])(
    'can be tried again when it is %s',
    async (fault) => {
      for (const read of [
        (from: QueryTable) => from.read(newStream()),
        (from: QueryTable) => from.list({ key: 'faulty', limit: 1 }),
      ]) {
        const { table, end } = behind(always(fault));
        await expect(read(table)).rejects.toMatchObject(unavailable);
        end();
      }
    },
  );

  it('says so too when the table is not there', async () => {
    const without = createDynamoDbQueryTable({ client, table: 'no-such-table', version: 1 });
    await expect(without.read(newStream())).rejects.toMatchObject(unavailable);
    await expect(without.readMany([newStream(), newStream()])).rejects.toMatchObject(unavailable);
    await expect(without.write(newStream(), rowOnly(0, 1))).rejects.toMatchObject(unavailable);
  });

  it('gives what was written beside it', async () => {
    const stream = newStream();
    const Item = { key: `v1#${stream}`, sort: 'row', watermark: 7, row: '{"sum":7}' };
    await client.send(new PutCommand({ TableName: table, Item }));
    expect(await steady.read(stream, { consistent: true })).toEqual({ watermark: 7, row: { sum: 7 } });
  });
});

describe('A projection on DynamoDB', () => {
  it('is exactly once in effect with many consumers of all messages at once', async () => {
    const stream = newStream();
    const store = createInMemoryEventStore({ events: tallyEvents });
    for (let by = 1; by <= 6; by += 1) await record(store, stream, [counted(by)]);
    const announced = Array.from({ length: 18 }, (_, index) => (index % 6) + 1);
    for (const projection of [journal, standings]) {
      const ports = {
        store,
        table: createDynamoDbQueryTable({ client, table, version: projection === journal ? 1 : 2 }),
      };
      await Promise.all(announced.map((version) => catchUp(ports, projection, stream, version)));
      expect(await contentOf(ports.table, store, projection, stream)).toEqual(
        await expectedContent(store, projection, stream, 6),
      );
    }
  });

  it('comes to the same rows and entries whatever happens to its requests, once they arrive', async () => {
    const store = createInMemoryEventStore({ events: tallyEvents });
    const fault = fc.option(fc.constantFrom(...WIRE_FAULTS), { nil: undefined, freq: 2 });
    await holds(
      fc.asyncProperty(fc.array(fault, { maxLength: 25 }), async (faults) => {
        const stream = newStream();
        for (const commit of [[counted(2)], [words(30, 'a')], [words(110, 'b'), counted(3)]]) {
          await record(store, stream, commit);
        }
        const { table, arrive, end } = behind(faults);
        for (const version of [1, 2, 4, 4]) {
          await catchUp({ store, table }, concordance, stream, version).catch((error) =>
            expect(error).toMatchObject(unavailable),
          );
        }
        expect(await catchUp({ store, table: steady }, concordance, stream, 4)).toBe(4);
        await arrive();
        expect(await contentOf(steady, store, concordance, stream)).toEqual(
          await expectedContent(store, concordance, stream, 4),
        );
        end();
      }),
      15,
    );
  });
});
