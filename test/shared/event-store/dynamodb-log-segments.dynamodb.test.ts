import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, expect, inject, test } from 'vitest';
import { categoryOf } from '#shared/event/index.ts';
import { createDynamoDbEventStore, createDynamoDbLogSegments } from '#shared/event-store/dynamodb/index.ts';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import { keyedTable } from '../../support/keyed-table.ts';
import { noted, record, spoilt, tally, tallyEvents } from '../../support/tally.ts';
import { patientClient } from '../projection/dynamodb-tables.ts';

stubAwsEnvironment();
const client = patientClient(inject('dynamodbEndpoint'));
const table = `segments-${randomUUID()}`;
const segmentsOf = (events = tallyEvents, category = 'tally') =>
  createDynamoDbLogSegments({ client, table, events, streams: (stream) => categoryOf(stream) === category });

const STREAMS = 6;
const COMMITS = 4;

/** Of 300 KB each: three in a page. */
beforeAll(async () => {
  await client.send(keyedTable(table, 'stream', 'version'));
  const store = createDynamoDbEventStore({ client, table, events: tallyEvents });
  for (let number = 0; number < STREAMS; number += 1) {
    for (let commit = 0; commit < COMMITS; commit += 1) {
      await record(store, tally(String(number)), [noted(randomBytes(150_000).toString('hex')), spoilt]);
    }
  }
});

async function everything({ page }: ReturnType<typeof segmentsOf>, segments: number) {
  const found: string[] = [];
  const unreadable: string[] = [];
  let pages = 0;
  for (let segment = 0; segment < segments; segment += 1) {
    for (let after: string | undefined, isEnd = false; !isEnd; isEnd = after === undefined) {
      const one = await page(segment, segments, after);
      found.push(...one.commits.map(({ stream, version }) => `${stream}@${version}`));
      unreadable.push(...one.unreadable.map(({ stream, version }) => `${stream}@${version}`));
      after = one.next;
      pages += 1;
    }
  }
  return { found, unreadable, pages };
}

const all = Array.from({ length: STREAMS }, (_, number) =>
  Array.from({ length: COMMITS }, (_, commit) => `tally-${number}@${1 + 2 * commit}`),
).flat();

test.each([1, 4])('Every commit is in one page of one of %i segments, in order.', async (segments) => {
  const { found, pages } = await everything(segmentsOf(), segments);
  expect(found.toSorted()).toEqual(all);
  expect(pages).toBeGreaterThan(segments);
  for (let number = 0; number < STREAMS; number += 1) {
    const own = found.filter((name) => name.startsWith(`tally-${number}@`));
    expect(own).toEqual(own.toSorted());
  }
});

test('What this code cannot read is named, and what is of other streams is passed over.', async () => {
  const { Spoilt: _, ...others } = tallyEvents;
  const { found, unreadable } = await everything(segmentsOf(others as typeof tallyEvents), 2);
  expect({ found, unreadable: unreadable.toSorted() }).toEqual({ found: [], unreadable: all });
  expect(await everything(segmentsOf(tallyEvents, 'other'), 2)).toMatchObject({ found: [], unreadable: [] });
});
