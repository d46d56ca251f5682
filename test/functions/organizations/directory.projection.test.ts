import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamId } from '#shared/event/index.ts';
import { recordedEvents } from '#shared/event-store/index.ts';
import { catchUp, createInMemoryQueryTable, project, type QueryTable } from '#shared/projection/index.ts';
import { contactSummary } from '../../../functions/organizations/contact-details.ts';
import { directory } from '../../../functions/organizations/directory.projection.ts';
import { searchEntries } from '../../../functions/organizations/search-entries.ts';
import {
  asked,
  contactDetails,
  createRegistry,
  entriesUnder,
  organizationOf,
  organizationStream,
  personStream,
  type Registry,
  searchPage,
  withKeys,
} from './registry.ts';

const streams = ['1', '2'].flatMap((id) => [organizationStream(id), personStream(id)]);

type Row = { readonly name: string; readonly contactDetails: Parameters<typeof contactSummary>[0] };

/** The row of a stream as its whole log makes it, and the entries that its last title and its members have. */
async function expected({ store }: Registry, stream: StreamId) {
  const { commits } = await store.readCommits(stream, { after: 0 });
  const events = commits.flatMap(recordedEvents);
  const { row } = project(directory, directory.initialRow, events);
  const { name, contactDetails } = row as Row; // as the projection makes it
  const type = stream.startsWith('person-') ? 'Person' : 'Organization';
  const id = stream.slice(stream.indexOf('-') + 1);
  const members = events
    .filter(({ context }) => context.what === 'MemberAdded')
    .map(({ context: { version }, data }) => ({
      key: `members#${stream}`,
      sort: String(version).padStart(16, '0'),
      value: (data as { personId: string }).personId, // of such an event
    }));
  const titles = searchEntries({ id, title: name, description: contactSummary(contactDetails), type });
  return { row, entries: [...titles, ...members] };
}

async function expectAll(registry: Registry, table: QueryTable, keys: Iterable<string>) {
  const held = await Promise.all(streams.map(async (stream) => ({ stream, ...(await expected(registry, stream)) })));
  for (const { stream, row } of held) {
    const watermark = await registry.versionOf(stream);
    expect(await table.read(stream)).toEqual(watermark === 0 ? undefined : { watermark, row });
  }
  const order = (one: { sort: string; stream: string }, other: { sort: string; stream: string }) =>
    Buffer.compare(Buffer.from(`${one.sort}\u0001${one.stream}`), Buffer.from(`${other.sort}\u0001${other.stream}`));
  const entries = held.flatMap(({ stream, entries }) => entries.map((entry) => ({ stream, ...entry })));
  const byKey = Object.groupBy(entries, ({ key }) => key);
  const sorted = Object.entries(byKey).map(([key, some = []]) => [
    key,
    some.toSorted(order).map(({ stream, sort, value }) => ({ stream, sort, value })),
  ]);
  expect(await entriesUnder(table, keys)).toEqual(Object.fromEntries(sorted));
}

describe('The directory', () => {
  it('has the last title of each stream and no older one, in whatever order messages come, twice or not at all', async () => {
    const step = fc.oneof(
      { weight: 2, arbitrary: asked },
      { weight: 1, arbitrary: fc.record({ hinted: fc.constantFrom(...streams), version: fc.nat(9) }) },
    );
    const last = fc.shuffledSubarray(streams, { minLength: streams.length });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), last, async (steps, lastOfEach) => {
        const registry = createRegistry();
        const { table, keys } = withKeys(createInMemoryQueryTable());
        const ports = { store: registry.store, table };
        for (const one of steps) {
          if ('hinted' in one) await catchUp(ports, directory, one.hinted, one.version);
          else await registry.ask(one);
        }
        for (const stream of lastOfEach) await catchUp(ports, directory, stream, await registry.versionOf(stream));
        await expectAll(registry, table, keys);
      }),
      { numRuns: 150 },
    );
  });

  it('answers with the names that members have in their own streams, and null for those who are not registered', async () => {
    const registry = createRegistry();
    const ports = { store: registry.store, table: createInMemoryQueryTable() };
    const [stream, yves] = [organizationStream('1'), personStream('yves')];
    await registry.ask({ stream, what: 'register', data: { name: 'Basket Lummen', contactDetails } });
    for (const personId of ['yves', 'nobody', 'ann']) {
      await registry.ask({ stream, what: 'add-member', data: { personId } });
    }
    const answer = (yvesName: string | null) => ({
      id: '1',
      name: 'Basket Lummen',
      contactDetails,
      members: [
        { id: 'yves', name: yvesName },
        { id: 'nobody', name: null },
        { id: 'ann', name: null },
      ],
      version: 4,
    });
    expect(await organizationOf(ports, '1')).toEqual(answer(null));
    await registry.ask({ stream: yves, what: 'register', data: { name: 'Yves' } });
    await catchUp(ports, directory, yves, 1);
    expect(await organizationOf(ports, '1')).toEqual(answer('Yves'));
    await registry.ask({ stream: yves, what: 'rename', data: { name: 'Yves G.' } });
    await catchUp(ports, directory, yves, 2);
    expect(await organizationOf(ports, '1')).toEqual(answer('Yves G.'));
    expect(await organizationOf(ports, '2')).toBe('nothing');
  });

  it('shows any number of members, a thousand in one answer, each with the name in its own stream', async () => {
    const registry = createRegistry();
    const ports = { store: registry.store, table: createInMemoryQueryTable() };
    const [stream, ids] = [organizationStream('1'), Array.from({ length: 1_050 }, (_, index) => `p${index}`)];
    await registry.ask({ stream, what: 'register', data: { name: 'Basket Lummen', contactDetails } });
    for (const personId of ids) {
      await registry.ask({ stream, what: 'add-member', data: { personId } });
      await registry.ask({ stream: personStream(personId), what: 'register', data: { name: `Name of ${personId}` } });
      await catchUp(ports, directory, personStream(personId), 1);
    }
    await catchUp(ports, directory, stream, 1_051);
    const members = ids.map((id) => ({ id, name: `Name of ${id}` }));
    const first = (await organizationOf(ports, '1')) as { members: unknown; next: string };
    expect(first).toMatchObject({ members: members.slice(0, 1_000), version: 1_051, next: expect.any(String) });
    const last = await organizationOf(ports, '1', { cursor: first.next });
    expect(last).toEqual({
      id: '1',
      name: 'Basket Lummen',
      contactDetails,
      members: members.slice(1_000),
      version: 1_051,
    });
  });

  it('reads of the log what a token names and no more, however many members there are', async () => {
    const registry = createRegistry();
    const table = createInMemoryQueryTable();
    const stream = organizationStream('1');
    await registry.ask({ stream, what: 'register', data: { name: 'Basket Lummen', contactDetails } });
    for (const personId of ['a', 'b', 'c', 'd']) {
      await registry.ask({ stream: personStream(personId), what: 'register', data: { name: personId } });
      await catchUp({ store: registry.store, table }, directory, personStream(personId), 1);
      await registry.ask({ stream, what: 'add-member', data: { personId } });
    }
    await registry.ask({ stream: personStream('d'), what: 'rename', data: { name: 'D' } });
    const read: StreamId[] = [];
    const store: Registry['store'] = {
      ...registry.store,
      readCommits(stream, range) {
        read.push(stream);
        return registry.store.readCommits(stream, range);
      },
    };
    const versions = new Map([stream, personStream('d')].map((one, index) => [one, [5, 2][index] ?? 0]));
    const answer = await organizationOf({ store, table }, '1', {}, { kind: 'up-to', versions });
    expect(answer).toMatchObject({ members: [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'D' }] });
    expect(read.filter((one) => one === stream)).toHaveLength(1);
    expect(new Set(read)).toEqual(new Set(versions.keys()));
  });

  it('describes by what there is of address, e-mail and phone', async () => {
    const registry = createRegistry();
    const table = createInMemoryQueryTable();
    const follow = async (stream: StreamId, what: string, data: unknown) => {
      await registry.ask({ stream, what, data });
      await catchUp({ store: registry.store, table }, directory, stream, await registry.versionOf(stream));
    };
    await follow(organizationStream('1'), 'register', { name: 'Lummen', contactDetails });
    const organization = {
      id: '1',
      title: 'Lummen',
      description: 'Kerkstraat 9, 3560 Lummen, info@basketlummen.be',
      type: 'Organization',
    };
    await follow(personStream('1'), 'register', { name: 'Lummen' });
    const person = { id: '1', title: 'Lummen', description: '', type: 'Person' };
    expect((await searchPage(table, { q: 'lum' })).entries).toEqual([organization, person]);
    await follow(personStream('1'), 'add-contact-details', { phone: '011', email: 'l@example.com' });
    const described = { ...person, description: 'l@example.com, 011' };
    expect((await searchPage(table, { q: 'lum' })).entries).toEqual([organization, described]);
    expect((await searchPage(table, { q: 'lum', type: 'Person' })).entries).toEqual([described]);
  });
});
