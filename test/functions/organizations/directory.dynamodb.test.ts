import { randomUUID } from 'node:crypto';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import { createDynamoDbQueryTable } from '#shared/projection/dynamodb/index.ts';
import { catchUp } from '#shared/projection/index.ts';
import { name } from '../../../functions/organizations/comparable-name.ts';
import { directory } from '../../../functions/organizations/directory.projection.ts';
import { createQueryTable, patientClient } from '../../shared/projection/dynamodb-tables.ts';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import {
  type Asked,
  contactDetails,
  createRegistry,
  entriesUnder,
  organizationOf,
  organizationStream,
  personStream,
  searchPage,
  withKeys,
} from './registry.ts';

stubAwsEnvironment();
const TableName = `directory-${randomUUID()}`;
const client = createDocumentClient(inject('dynamodbEndpoint'));
const { table, keys } = withKeys(createDynamoDbQueryTable({ client, table: TableName, version: 1 }));

beforeAll(async () => {
  // With the patience that the kit's own client does not have: a table may be slow to make.
  const patient = patientClient(inject('dynamodbEndpoint'));
  await createQueryTable(patient, TableName);
  patient.destroy();
});
afterAll(async () => {
  await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
});

const registry = createRegistry();
const ports = { store: registry.store, table };
const ask = async (asked: Asked) => {
  expect(await registry.ask(asked)).toMatchObject({ kind: 'recorded' });
};
/** Again while the database is too slow, as the message of a consumer comes again. */
const follow = (stream: StreamId, version: number) =>
  vi.waitFor(() => catchUp(ports, directory, stream, version), { timeout: 50_000, interval: 50 });
const followAll = async (stream: StreamId) => follow(stream, await registry.versionOf(stream));
const registerOrganization = (id: string, name: string) =>
  ask({ stream: organizationStream(id), what: 'register', data: { name, contactDetails } });

describe('The directory on DynamoDB', () => {
  it('is the same whatever order messages come in, with many consumers at once', async () => {
    const streams = [organizationStream('1'), personStream('yves')];
    await registerOrganization('1', 'Basket Lummen');
    await ask({ stream: personStream('yves'), what: 'register', data: { name: 'Yves Lummen' } });
    await ask({ stream: organizationStream('1'), what: 'add-member', data: { personId: 'yves' } });
    await ask({ stream: organizationStream('1'), what: 'rename', data: { name: 'Lummen United' } });
    await ask({ stream: personStream('yves'), what: 'add-contact-details', data: { phone: '011' } });
    const hints = Array.from({ length: 12 }, (_, index) => ({ stream: streams[index % 2], version: (index * 7) % 4 }));
    await Promise.all(hints.map(({ stream, version }) => stream && follow(stream, version)));
    for (const stream of streams) await followAll(stream);

    expect(await organizationOf(ports, '1')).toMatchObject({
      name: 'Lummen United',
      members: [{ id: 'yves', name: 'Yves Lummen' }],
      version: 3,
    });
    const [organization, person] = [
      { id: '1', title: 'Lummen United', type: 'Organization' },
      { id: 'yves', title: 'Yves Lummen', description: '011', type: 'Person' },
    ];
    expect((await searchPage(table, { q: 'LUM' })).entries).toMatchObject([organization, person]);
    expect((await searchPage(table, { q: 'lummen u' })).entries).toMatchObject([organization]);
    expect((await searchPage(table, { q: 'lum', type: 'Person' })).entries).toMatchObject([person]);
    expect((await searchPage(table, { q: 'basket' })).entries).toEqual([]);
    const first = await searchPage(table, { q: 'l' }, { limit: 1 });
    const second = await searchPage(table, { q: 'l' }, { limit: 1, cursor: first.next ?? '' });
    expect([...first.entries, ...second.entries]).toMatchObject([organization, person]);
  });

  it('takes the longest name that there may be, and gives it away again without a trace', async () => {
    const [stream, id] = [organizationStream('a'.repeat(128)), 'a'.repeat(128)];
    const longest = [
      '\u{1f600}'.repeat(100),
      '東'.repeat(200),
      'ab cdefghijk '.repeat(16).slice(0, 200).trim(),
      'ﷺ'.repeat(18),
    ];
    await registerOrganization(id, 'x');
    for (const title of longest) {
      expect(name.parse(title)).toBe(title);
      await ask({ stream, what: 'rename', data: { name: title } });
      await followAll(stream);
      expect((await searchPage(table, { q: title })).entries).toMatchObject([{ id, title }]);
    }
    await ask({ stream, what: 'rename', data: { name: 'x' } });
    await followAll(stream);
    const held = Object.entries(await entriesUnder(table, keys)).filter(([, entries]) =>
      entries.some((entry) => entry.stream === stream),
    );
    expect(held.map(([key]) => key)).toEqual(['titles##x', 'titles#Organization#x']);
  });
});
