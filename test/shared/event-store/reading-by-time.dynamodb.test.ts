/** What is read up to a time takes as many requests as there are pages before it, however long the stream has become. */
import { expect, inject, it } from 'vitest';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { commitOf, kitEvents, someStream } from '../../support/commits.ts';
import { createEventsTable } from '../../support/events-table.ts';
import { appended } from './contract/append.ts';

it('Reading up to a time ends at it, and no later commit leaves the table', async () => {
  const { client, table } = await createEventsTable(inject('dynamodbEndpoint'));
  const store = createDynamoDbEventStore({ client, table, events: kitEvents });
  const stream = someStream();
  const minute = (count: number) => `2026-01-01T00:0${count}:00.000Z`;
  let { token } = await store.load(stream);
  for (let count = 1; count <= 9; count += 1) {
    token = await appended(store, token, commitOf(['x'.repeat(300_000)], { recordedAt: minute(count) }));
  }
  let requests = 0;
  let given = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      requests += 1;
      given += (result.output as { readonly Items?: unknown[] }).Items?.length ?? 0; // of a query
      return result;
    },
    { step: 'initialize' },
  );
  const readUpTo = async (recordedUpTo: string) => {
    [requests, given] = [0, 0];
    const versions: number[] = [];
    for (let more = true; more; ) {
      const page = await store.readCommits(stream, { after: versions.length, recordedUpTo });
      versions.push(...page.commits.map(({ version }) => version));
      more = page.more;
    }
    return { versions, requests, given };
  };
  // Three or four of them are a page of 1 MB.
  expect(await readUpTo(minute(1))).toEqual({ versions: [1], requests: 1, given: 1 });
  const half = await readUpTo(minute(5));
  expect(half).toEqual({ versions: [1, 2, 3, 4, 5], requests: 2, given: 5 });
  expect((await readUpTo(minute(9))).versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
