/** The feed is read over HTTP page by page, in one order, with every fault told. */
import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { feedEndpoint, type HttpResult } from '#shared/edge/http/index.ts';
import { createFeedReader, createFeedWriter, createInMemoryFeedTable } from '#shared/feed/index.ts';
import { httpEvent } from '../../../support/http-events.ts';
import { counted, history, inMemoryLog } from '../../feed/feed-harness.ts';

type Page = {
  events: { context: { stream: string; version: number; position: string } }[];
  next: string | null;
  head: string;
};

const table = createInMemoryFeedTable();
const handler = feedEndpoint((context) =>
  context === 'things' ? createFeedReader({ table, events: counted }) : undefined,
);
const get = async (
  query?: Readonly<Record<string, string>>,
  context = 'things',
): Promise<{ status: number; body: Page }> => {
  const event = httpEvent({ route: 'GET /feed/{context}', parameters: { context }, ...(query && { query }) });
  const { statusCode, body } = (await handler(event, {} as Context)) as HttpResult;
  return { status: statusCode, body: JSON.parse(body) };
};

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  return () => vi.restoreAllMocks();
});

describe('GET /feed/{context}', () => {
  test('of a context in which nothing has happened has a head to wait at.', async () => {
    expect(await get()).toEqual({ status: 200, body: { events: [], next: null, head: '0.0000000000000000' } });
  });

  test('gives a hundred events from the beginning, and all of them page by page.', async () => {
    const commits = history('a', Array(120).fill(1));
    await createFeedWriter({ table, log: inMemoryLog(commits), partitions: 1 }).append(commits);
    expect((await get()).body.events).toHaveLength(100);
    const versions: number[] = [];
    for (let after: string | null = '0.0000000000000000'; after !== null; ) {
      const { body }: { body: Page } = await get({ after, limit: '7' });
      versions.push(...body.events.map(({ context }) => context.version));
      expect(body.head).toBe('0.0000000000000120');
      after = body.next;
    }
    expect(versions).toEqual(commits.map(({ version }) => version));
  });

  test('goes on after any event, by its position.', async () => {
    const { body } = await get({ limit: '5' });
    const after = body.events[2]?.context.position ?? '';
    expect((await get({ after, limit: '1' })).body.events[0]?.context).toMatchObject({ version: 4 });
  });

  test('at the head has nothing, and no next.', async () => {
    const { head } = (await get({ limit: '1' })).body;
    expect((await get({ after: head })).body).toEqual({ events: [], next: null, head });
  });

  test.each<Readonly<Record<string, string>>>([
    { limit: '0' },
    { limit: '1001' },
    { limit: 'x' },
    { limit: '1.5' },
    { limit: '' },
    { after: '' },
    { after: '7' },
    { after: '0.0000000000000121' },
    { after: '1.0000000000000001' },
    { before: '1' },
  ])('refuses %o.', async (query) => {
    expect(await get(query)).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
  });

  test('takes the largest page.', async () => {
    expect((await get({ limit: '1000' })).body.events).toHaveLength(120);
  });

  test('knows no other context.', async () => {
    expect(await get(undefined, 'toString')).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });
});
