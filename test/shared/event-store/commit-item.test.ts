/** An item holds nothing twice, and gives back the commit that it was made from. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toStreamId } from '#shared/event/index.ts';
import { commitIdOf, eventIdAt } from '#shared/event-store/commit.ts';
import { storedCommit, toItem } from '#shared/event-store/commit-item.ts';
import { itemBytes } from '#shared/event-store/fitting-item.ts';
import type { NewCommit } from '#shared/event-store/index.ts';

const stream = toStreamId('account', '0199f0aa-7b1c-7f3e-9d2a-5c1d8e4f6a7b');
const id = '0199f0aa-7b1c-7a01-b2c3-d4e5f6a7b8c9';
const recordedAt = '2026-11-20T12:11:04.123Z';

/** As a withdrawal with an Idempotency-Key is recorded, seven milliseconds after it came. */
function withdrawal(data: unknown = { amount: 15_000 }, count = 1): NewCommit {
  const why = {
    id: '4a6f1b9e-0c1d-4a52-9f3e-7b8c9d0e1f2a',
    what: 'receive-payment',
    when: '2026-11-20T12:11:04.116Z',
    who: 'clerk-7',
    payloadHash: 'aBcDeFgHiJkL',
  };
  const events = Array.from({ length: count }, (_, index) => ({
    id: eventIdAt(id, index),
    what: 'PaymentReceived',
    data,
    effectiveAt: '2026-11-20',
    schemaVersion: 1,
  }));
  return { recordedAt, who: 'clerk-7', why, correlationId: id, causationId: why.id, events };
}

/** What is often the same, and sometimes not. */
const few = (...texts: string[]) => fc.constantFrom(...texts);
const time = fc.oneof(
  few(recordedAt, '2026-11-20T12:11:04.100Z', '2031-01-01T00:00:00.000Z', '2026-11-20', 'once', '+275760-09-13'),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);
const someId = few(id, eventIdAt(id, 0), 'key', '', 'FFFFFFFF-FFFF-7FFF-BFFF-FFFFFFFFFFFF');

const commits: fc.Arbitrary<NewCommit> = fc
  .record({
    recordedAt: few(recordedAt, 'some day'),
    who: few('ann', 'bob'),
    why: fc.record(
      { id: someId, what: few('note', ''), when: time, who: few('ann', 'bob'), payloadHash: few('', 'hash') },
      { requiredKeys: ['id', 'what', 'when', 'who'] },
    ),
    correlationId: someId,
    causationId: someId,
    derived: fc.boolean(),
    events: fc.array(
      fc.record({
        id: someId,
        what: few('Noted', 'Greeted', ''),
        data: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown),
        effectiveAt: time,
        schemaVersion: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ derived, events, ...shared }) => ({
    ...shared,
    events: derived ? events.map((event, index) => ({ ...event, id: eventIdAt(id, index) })) : events,
  }));

describe('An item', () => {
  it('gives back the commit that it was made from, whatever is the same in it', () => {
    fc.assert(
      fc.property(commits, fc.nat(), (commit, after) => {
        const item = JSON.parse(JSON.stringify(toItem(stream, after, commit)));
        expect(storedCommit(item)).toEqual({ stream, version: after + 1, ...commit });
      }),
      { numRuns: 2_000 },
    );
  });

  it('of one event takes up to 300 bytes beside its data, the names of stream, type and command among them', () => {
    const data = { amount: 15_000 };
    const item = toItem(stream, 41, withdrawal(data));
    expect(itemBytes(item) - JSON.stringify(data).length).toBeLessThanOrEqual(300);
  });

  it('of ten events of 300 bytes takes three write units of a KB', () => {
    const event = { what: 'PaymentReceived', data: { amount: 15_000, memo: '' }, effectiveAt: '2026-11-20' };
    const memo = 'm'.repeat(300 - JSON.stringify(event).length);
    const item = toItem(stream, 41, withdrawal({ ...event.data, memo }, 10));
    expect(itemBytes(item)).toBeLessThanOrEqual(3 * 1_024);
  });
});

describe('The ids of the events of a commit', () => {
  const uuids = fc.uuid({ version: [4, 7] });

  it('are UUIDs of the same kind, each another one than the commit’s and the others', () => {
    fc.assert(
      fc.property(uuids, (commitId) => {
        const ids = Array.from({ length: 20 }, (_, index) => eventIdAt(commitId, index));
        expect(new Set([commitId, ...ids]).size).toBe(21);
        for (const one of ids) expect(one.slice(0, 24)).toBe(commitId.slice(0, 24));
        expect(ids.join()).toMatch(/^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?:,|$))+$/);
      }),
    );
  });

  it('say which commit they are of, also when the last digits go round', () => {
    for (const commitId of [id, `${id.slice(0, 24)}ffffffffffff`, `${id.slice(0, 24)}fffffffffffe`]) {
      const events = [0, 1, 2].map((index) => ({ id: eventIdAt(commitId, index) }));
      expect(commitIdOf(events)).toBe(commitId);
    }
  });

  it('say so only when they were derived, all of them and in order', () => {
    const [first, second] = [eventIdAt(id, 0), eventIdAt(id, 1)];
    for (const others of [[], ['e1'], [first.toUpperCase()], [first, first], [second, first], [first, 'e2']]) {
      expect(commitIdOf(others.map((one) => ({ id: one })))).toBeUndefined();
    }
    expect(() => eventIdAt('e1', 0)).toThrow('is no UUID');
  });
});

describe('What an item holds beside its events', () => {
  /** A command without an Idempotency-Key, recorded when it came: everything follows from the id. */
  const plain: NewCommit = {
    ...withdrawal(),
    why: { id, what: 'receive-payment', when: recordedAt, who: 'clerk-7' },
    correlationId: id,
    causationId: id,
  };
  const attributes = (commit: NewCommit) => Object.keys(toItem(stream, 0, commit)).toSorted();
  const least = ['command', 'events', 'id', 'recordedAt', 'stream', 'version', 'who'];
  const why = (changed: Partial<NewCommit['why']>): NewCommit => ({ ...plain, why: { ...plain.why, ...changed } });

  it('is the least when everything follows from something else', () => {
    expect(attributes(plain)).toEqual(least);
  });

  it.each<[string, NewCommit]>([
    ['payloadHash', why({ payloadHash: 'hash' })],
    ['commandWho', why({ who: 'somebody' })],
    ['tookMs', why({ when: '2026-11-20T12:11:04.116Z' })],
    ['commandWhen', why({ when: 'once' })],
    ['correlationId', { ...plain, correlationId: 'story' }],
    ['causationId', { ...plain, causationId: 'cause' }],
  ])('is %s beside that, when it is another', (attribute, commit) => {
    expect(attributes(commit)).toEqual([...least, attribute].toSorted());
  });

  it('is the id of the command, when the client has sent one', () => {
    const sent = { ...why({ id: 'key' }), causationId: 'key' };
    expect(attributes(sent)).toEqual([...least, 'commandId'].toSorted());
  });

  it('is no id, and no correlation, when the ids of the events do not follow from one', () => {
    const events = plain.events.map((event) => ({ ...event, id: 'event' }));
    const without = least.filter((name) => name !== 'id');
    expect(attributes({ ...plain, events })).toEqual([...without, 'commandId'].toSorted());
  });
});
