/** What the log tells of a stream, and in which form. */
import { describe, expect, inject, it } from 'vitest';
import { accepted, newId, openAccount, type StreamPage, stream } from '../support/account-journey.ts';
import { httpClient } from '../support/http-client.ts';

const app = httpClient(inject('appUrl'));
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('A recorded event', () => {
  it('says what happened, when, who did it and why, and nothing more', async () => {
    const id = await openAccount(app);
    const headers = { 'x-local-user': 'clerk-7', 'idempotency-key': 'payment 7', 'x-correlation-id': 'the story' };
    const { body } = await accepted(
      app.post(`/accounts/${id}/receive-payment`, { amount: 150_00, on: '2026-01-05' }, headers),
    );
    expect((await stream(app, id, '?after=1')).events).toEqual([
      {
        context: {
          id: body.events[0]?.id,
          what: 'PaymentReceived',
          when: expect.stringMatching(TIME),
          effectiveAt: '2026-01-05',
          who: 'clerk-7',
          why: { id: 'payment 7', what: 'receive-payment', when: expect.stringMatching(TIME), who: 'clerk-7' },
          correlationId: 'the story',
          causationId: 'payment 7',
          stream: `account-${id}`,
          version: 2,
          schemaVersion: 1,
        },
        data: { amount: 150_00 },
      },
    ]);
  });

  it('is of the local user unless another is named, and of a story that begins with its command', async () => {
    const id = await openAccount(app);
    const [event] = (await stream(app, id)).events;
    const { why, who, correlationId, causationId } = Object(event?.context);
    expect([who, why.who, correlationId, causationId]).toEqual(['local', 'local', why.id, why.id]);
  });
});

describe('The pages of a stream', () => {
  it('follow each other without gap, also when they end inside a commit', async () => {
    const id = await openAccount(app, { amount: 100_00 });
    for (let day = 10; day < 16; day += 1) {
      const on = `2026-01-${day}`;
      await accepted(
        app.post(`/accounts/${id}/receive-retroactive-payment`, { amount: 1, effectiveOn: '2026-01-01', on }),
      );
    }
    const whole = await stream(app, id);
    expect(whole).toMatchObject({ stream: `account-${id}`, version: 14, next: null });
    expect(whole.events.map(({ context }) => context.version)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));

    for (const limit of [1, 3, 4, 13, 14]) {
      const events: StreamPage['events'][number][] = [];
      let after: number | null = 0;
      while (after !== null) {
        const page: StreamPage = await stream(app, id, `?after=${after}&limit=${limit}`);
        expect(page.events.length).toBeLessThanOrEqual(limit);
        expect(page.version).toBe(14);
        events.push(...page.events);
        after = page.next;
      }
      expect(events).toEqual(whole.events);
    }
  });

  it('have a hundred events unless another number is asked for, and the version as ETag', async () => {
    const id = await openAccount(app);
    for (let each = 0; each < 100; each += 1) {
      await accepted(app.post(`/accounts/${id}/receive-payment`, { amount: 1, on: '2026-01-02' }));
    }
    const { body, headers } = await accepted(app.get<StreamPage>(`/streams/account-${id}`));
    expect([body.events.length, body.next, body.version, headers.get('etag')]).toEqual([100, 100, 101, '"101"']);
    expect((await stream(app, id, '?after=100')).next).toBeNull();
  });

  it('are empty behind the end', async () => {
    const id = await openAccount(app);
    for (const after of [1, 2, Number.MAX_SAFE_INTEGER]) {
      expect(await stream(app, id, `?after=${after}`)).toEqual({
        stream: `account-${id}`,
        version: 1,
        events: [],
        next: null,
      });
    }
  });

  it.each([`account-${newId()}`, 'nothing-1'])('are empty when the stream is unknown: %s', async (name) => {
    const { body } = await accepted(app.get(`/streams/${name}`));
    expect(body).toEqual({ stream: name, version: 0, events: [], next: null });
  });
});
