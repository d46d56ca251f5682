/** A registry in memory for tests: commands that are carried out for real, messages, and all that a query table holds. */
import fc from 'fast-check';
import { eventDefinitions } from '#shared/catalog/index.ts';
import { handleCommand } from '#shared/command/handle-command.ts';
import type { CommandOutcome } from '#shared/command/index.ts';
import { categoryOf, type StreamId, toStreamId } from '#shared/event/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { answerQuery, type Consistency, type QueryTable } from '#shared/projection/index.ts';
import { directory } from '../../../functions/organizations/directory.projection.ts';
import { organizations } from '../../../functions/organizations/organizations.catalog.ts';
import { clock, handlingOn } from '../../support/tally.ts';

export const organizationStream = (id: string): StreamId => toStreamId('organization', id);
export const personStream = (id: string): StreamId => toStreamId('person', id);

export const contactDetails = {
  email: 'info@basketlummen.be',
  address: { street: 'Kerkstraat', number: 9, zipcode: 3560, city: 'Lummen' },
};

export type Asked = { readonly stream: StreamId; readonly what: string; readonly data: unknown };

export function createRegistry() {
  const store = createInMemoryEventStore({ events: eventDefinitions(organizations) });
  const handling = handlingOn(store);
  return {
    store,
    async ask({ stream, what, data }: Asked): Promise<CommandOutcome> {
      const aggregate = organizations.aggregates.find(({ category }) => category === categoryOf(stream));
      if (aggregate === undefined) throw new Error(`no aggregate has the stream ${stream}`);
      return handleCommand(handling, aggregate, { stream, command: { what, data }, who: 'clerk' });
    },
    versionOf: async (stream: StreamId): Promise<number> => (await store.load(stream)).token.version,
  };
}

export type Registry = ReturnType<typeof createRegistry>;

const [organizationQuery, searchQuery] = directory.queries;

export async function organizationOf(
  ports: { store: Registry['store']; table: QueryTable },
  id: string,
  page: { readonly cursor?: string } = {},
  consistency: Consistency = { kind: 'eventual' },
) {
  if (organizationQuery === undefined) throw new Error('there is no such query');
  const answer = await answerQuery(ports, {
    projection: directory,
    query: organizationQuery,
    parameters: { id },
    consistency,
    now: clock(),
    ...page,
  });
  return answer.kind === 'found' ? answer.body : answer.kind;
}

export type SearchAnswer = {
  readonly entries: readonly { id: string; title: string; description: string; type: string }[];
  readonly next: string | null;
};

export async function searchPage(
  table: QueryTable,
  parameters: { readonly q: string; readonly type?: string },
  page: { readonly limit?: number; readonly cursor?: string } = {},
): Promise<SearchAnswer> {
  if (searchQuery === undefined) throw new Error('there is no such query');
  const answer = await answerQuery(
    { table, store: createInMemoryEventStore({ events: directory.events }) },
    { projection: directory, query: searchQuery, parameters, consistency: { kind: 'eventual' }, now: clock(), ...page },
  );
  if (answer.kind !== 'found') throw new Error(`the search was answered ${answer.kind}`);
  return answer.body as SearchAnswer; // as its query makes it
}

/** The keys of all entries that were ever put into a table. */
export function withKeys(table: QueryTable): { readonly table: QueryTable; readonly keys: ReadonlySet<string> } {
  const keys = new Set<string>();
  const note = ({ put }: { readonly put: readonly { readonly key: string }[] }) => {
    for (const { key } of put) keys.add(key);
  };
  return {
    keys,
    table: {
      ...table,
      write(stream, change) {
        note(change);
        return table.write(stream, change);
      },
      writeAnnounced(stream, announced, part) {
        note(part);
        return table.writeAnnounced(stream, announced, part);
      },
    },
  };
}

type Held = { readonly stream: StreamId; readonly sort: string; readonly value: unknown };

/** What stands under these keys; those without entries are left out. */
export async function entriesUnder(table: QueryTable, keys: Iterable<string>): Promise<Record<string, Held[]>> {
  const found = await Promise.all(
    [...keys].toSorted().map(async (key) => {
      const { entries } = await table.list({ key, limit: 1_000 }, { consistent: true });
      return [key, entries.map(({ stream, sort, value }) => ({ stream, sort, value }))] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, entries]) => entries.length > 0));
}

const words = ['Basket', 'basketball', 'Lummen', 'LUMEN', 'École', 'Straße', 'vzw', 'b', 'Ba', 'Jean-Pierre', '2'];

export const title: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 })
  .map((some) => some.join(' '));

const ids = fc.constantFrom('1', '2');

/** Any command, accepted or refused in the state in which it comes. */
export const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({
    stream: ids.map(organizationStream),
    what: fc.constant('register'),
    data: title.map((name) => ({ name, contactDetails })),
  }),
  fc.record({
    stream: fc.oneof(ids.map(organizationStream), ids.map(personStream)),
    what: fc.constant('rename'),
    data: title.map((name) => ({ name })),
  }),
  fc.record({
    stream: ids.map(organizationStream),
    what: fc.constant('add-member'),
    data: ids.map((personId) => ({ personId })),
  }),
  fc.record({ stream: ids.map(personStream), what: fc.constant('register'), data: title.map((name) => ({ name })) }),
  fc.record({
    stream: ids.map(personStream),
    what: fc.constant('add-contact-details'),
    data: fc.constantFrom({}, { phone: '1' }, { email: 'a@example.com', phone: '2' }, { ...contactDetails }),
  }),
);
