/** What has happened in a context, in one order, seen from outside. */
import { describe, expect, inject, it, vi } from 'vitest';
import { accepted, expectProblem, openAccount, stream } from '../support/account-journey.ts';
import { httpClient } from '../support/http-client.ts';

type Fed = {
  readonly context: Readonly<Record<string, unknown>> & { readonly position: string };
  readonly data: unknown;
};
type Page = { readonly events: readonly Fed[]; readonly next: string | null; readonly head: string };

const app = httpClient(inject('appUrl'));
const feed = async (query = '') => (await accepted(app.get<Page>(`/feed/accounts${query}`))).body;

/** Everything after a position, page by page. */
async function allAfter(position: string, limit = 1_000): Promise<Fed[]> {
  const events: Fed[] = [];
  for (let after: string | null = position; after !== null; ) {
    const page: Page = await feed(`?after=${after}&limit=${limit}`);
    events.push(...page.events);
    after = page.next;
  }
  return events;
}

const ofStream = (events: readonly Fed[], name: string) => events.filter(({ context }) => context.stream === name);

describe('The feed of a context', () => {
  it('has every event of an account once, in order, as its stream has it, with a position', async () => {
    const { head } = await feed('?limit=1');
    const id = await openAccount(app, { amount: 100_00 });
    const retroactive = { amount: 50_00, effectiveOn: '2026-01-02', on: '2026-02-01' };
    await accepted(app.post(`/accounts/${id}/receive-retroactive-payment`, retroactive));
    const { events } = await stream(app, id);
    const fed = await vi.waitUntil(
      async () => {
        const own = ofStream(await allAfter(head), `account-${id}`);
        return own.length >= events.length && own;
      },
      { timeout: 20_000, interval: 50 },
    );
    expect(fed).toEqual(
      events.map(({ context, data }) => ({ context: { ...context, position: expect.any(String) }, data })),
    );
    const positions = fed.map(({ context }) => context.position);
    expect(positions).toEqual([...new Set(positions)].toSorted());
  });

  it('is the same sequence whatever the pages, and goes on after any position', async () => {
    await openAccount(app, { amount: 1 });
    const { head } = await feed('?limit=1');
    const upToHead = (events: readonly Fed[]) => events.filter(({ context }) => context.position <= head);
    const whole = upToHead(await allAfter('0.0000000000000000'));
    expect(upToHead(await allAfter('0.0000000000000000', 7))).toEqual(whole);
    const middle = whole[Math.floor(whole.length / 2)]?.context.position ?? '';
    expect(upToHead(await allAfter(middle))).toEqual(whole.filter(({ context }) => context.position > middle));
  });

  it('has nothing after its head, and no next', async () => {
    const { head } = await feed('?limit=1');
    const page = await feed(`?after=${head}&limit=1000`);
    expect(page.next === null || page.events.length > 0).toBe(true);
  });

  it.each(['?after=nonsense', '?limit=0', '?limit=1001', '?limit=1&after=9.0000000000000001', '?from=1'])(
    'refuses %s with the faults',
    async (query) => {
      const answer = await app.get(`/feed/accounts${query}`);
      expectProblem(answer, { status: 400 });
    },
  );

  it('of a context that there is not is not found', async () => {
    expectProblem(await app.get('/feed/nothing'), { status: 404 });
  });
});
