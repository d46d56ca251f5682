import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamId } from '#shared/event/index.ts';
import { createInMemoryEventStore, type EventStore } from '#shared/event-store/index.ts';
import {
  catchUp,
  createInMemoryQueryTable,
  type Hint,
  type HintFeed,
  lagOf,
  parkStream,
  reconcile,
} from '#shared/projection/index.ts';
import { counted, journal, record, spoilt, tally, tallyEvents } from '../../support/tally.ts';

/** All events of the tests are recorded then. */
const RECORDED = Date.parse('2026-11-20T12:11:04.123Z');
const SETTLE = 120;
const settled = new Date(RECORDED + SETTLE * 1_000 + 1);

/** A feed of a store's streams, in the order in which they were recorded; events may be younger than the rest. */
function feedOf(store: EventStore) {
  const fed: { readonly stream: StreamId; readonly version: number; readonly recordedAt: string }[] = [];
  const feed: HintFeed = {
    async read(after, limit) {
      const from = Number(after ?? 0);
      const events = fed.slice(from, from + limit);
      return { events, next: String(from + events.length), isEnd: from + events.length === fed.length };
    },
  };
  const append = async (id: string, events: Parameters<typeof record>[2], recordedAt = RECORDED) => {
    await record(store, tally(id), events);
    const { version } = await store.readEvents(tally(id), { after: 0, limit: 1 });
    for (let back = events.length - 1; back >= 0; back -= 1) {
      fed.push({ stream: tally(id), version: version - back, recordedAt: new Date(recordedAt).toISOString() });
    }
  };
  return { feed, append };
}

function given() {
  const store = createInMemoryEventStore({ events: tallyEvents });
  const table = createInMemoryQueryTable();
  const { feed, append } = feedOf(store);
  const sent: Hint[] = [];
  const ports = {
    table,
    feed,
    clock: () => settled,
    settleSeconds: SETTLE,
    hasTime: () => true,
    sendHints: async (hints: readonly Hint[]) => void sent.push(...hints),
  };
  const deliver = ({ stream, version }: Hint) => catchUp({ store, table }, journal, stream, version);
  return { store, table, append, sent, ports, deliver };
}

describe('the reconciler', () => {
  it('sends a hint for every stream whose last message was lost, with its newest version', async () => {
    const { append, sent, ports, deliver } = given();
    await append('1', [counted(1), counted(2)]);
    await append('2', [counted(5)]);
    await append('1', [counted(3)]);
    await append('3', [counted(1)]);
    await deliver({ stream: tally('3'), version: 1 });
    expect(await reconcile(ports, journal)).toBe(2);
    expect(sent).toEqual([
      { stream: tally('1'), version: 3 },
      { stream: tally('2'), version: 1 },
    ]);
  });

  it('comes back to what it has sent until it is reached, since a hint can be lost too', async () => {
    const { append, sent, ports, deliver } = given();
    await append('1', [counted(1)]);
    for (let run = 0; run < 3; run += 1) expect(await reconcile(ports, journal)).toBe(1);
    for (const hint of sent) await deliver(hint);
    expect(await reconcile(ports, journal)).toBe(0);
    await append('2', [counted(1)]);
    expect(await reconcile(ports, journal)).toBe(1);
  });

  it('reads what was reached once no more', async () => {
    const { append, ports, deliver } = given();
    await append('1', [counted(1), counted(2)]);
    await deliver({ stream: tally('1'), version: 2 });
    await reconcile(ports, journal);
    const read: unknown[] = [];
    const feed: HintFeed = {
      read: (after, limit) => {
        read.push(after);
        return ports.feed.read(after, limit);
      },
    };
    await append('2', [counted(1)]);
    expect(await reconcile({ ...ports, feed }, journal)).toBe(1);
    expect(new Set(read)).toEqual(new Set(['2']));
  });

  it('leaves events alone whose messages may still be on their way', async () => {
    const { append, sent, ports } = given();
    await append('1', [counted(1)]);
    await append('2', [counted(1)], settled.getTime() - 1_000);
    await append('3', [counted(1)]);
    await reconcile(ports, journal);
    expect(sent).toEqual([{ stream: tally('1'), version: 1 }]);
  });

  it('does not send a parked stream again, and goes past it', async () => {
    const { append, table, sent, ports, deliver } = given();
    await append('1', [spoilt]);
    await append('2', [counted(1)]);
    await parkStream(ports, journal, tally('1'), new Error('spoilt'));
    await reconcile(ports, journal);
    expect(sent).toEqual([{ stream: tally('2'), version: 1 }]);
    await deliver({ stream: tally('2'), version: 1 });
    await reconcile(ports, journal);
    expect(await table.readNote('reconciler')).toMatchObject({ cursor: '2' });
  });

  it('goes on where its time was up', async () => {
    const { append, ports, deliver } = given();
    for (let stream = 0; stream < 1_100; stream += 1) await append(`${stream}`, [counted(1)]);
    for (let stream = 0; stream < 1_099; stream += 1) await deliver({ stream: tally(`${stream}`), version: 1 });
    const onePage = () => {
      let pages = 0;
      return () => pages++ < 1;
    };
    expect(await reconcile({ ...ports, hasTime: onePage() }, journal)).toBe(0);
    expect(await reconcile({ ...ports, hasTime: onePage() }, journal)).toBe(0);
    expect(await reconcile({ ...ports, hasTime: onePage() }, journal)).toBe(1);
  });

  it('brings every row to the end of its stream, whatever is lost, as long as something arrives', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), stream: fc.nat({ max: 3 }) }),
      fc.record({ kind: fc.constant('reconcile' as const), lost: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const { append, sent, ports, deliver, store, table } = given();
        const arrive = async () => {
          for (const hint of sent.splice(0)) await deliver(hint);
        };
        for (const one of steps) {
          if (one.kind === 'append') await append(`${one.stream}`, [counted(1)]);
          else {
            await reconcile(ports, journal);
            if (one.lost) sent.length = 0;
            else await arrive();
          }
        }
        await reconcile(ports, journal);
        await arrive();
        for (const id of ['0', '1', '2', '3']) {
          const { version } = await store.readEvents(tally(id), { after: 0, limit: 1 });
          expect((await table.read(tally(id)))?.watermark ?? 0).toBe(version);
        }
        expect(await reconcile(ports, journal)).toBe(0);
      }),
    );
  });
});

describe('the lag', () => {
  it('is the events that the rows have not, and the age of the oldest', async () => {
    const { append, ports, deliver } = given();
    await append('1', [counted(1), counted(2)]);
    await append('2', [counted(1)]);
    expect(await lagOf(ports, journal)).toEqual({ events: 3, seconds: 120, lastReconciled: undefined });
    await deliver({ stream: tally('1'), version: 2 });
    await reconcile(ports, journal);
    expect(await lagOf(ports, journal)).toEqual({ events: 1, seconds: 120, lastReconciled: settled.toISOString() });
    await deliver({ stream: tally('2'), version: 1 });
    expect(await lagOf(ports, journal)).toMatchObject({ events: 0, seconds: 0 });
  });

  it('counts only what came after the version that a row has reached', async () => {
    const { append, ports, deliver } = given();
    await append('1', [counted(1)]);
    await deliver({ stream: tally('1'), version: 1 });
    await append('1', [counted(1)]);
    await append('1', [counted(1)]);
    expect(await lagOf(ports, journal)).toMatchObject({ events: 2 });
  });
});
