/** A command may be checked against the time at which it comes in, and may say for itself what it answers: repeats hold all the same. */
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { accept, type Command, defineAggregate, type Fault } from '#shared/aggregate/index.ts';
import { dispatch, type SentCommand } from '#shared/command/index.ts';
import { createInMemoryEventStore, type EventStore } from '#shared/event-store/index.ts';
import { handlingOn, tally, tallyEvents } from '../../support/tally.ts';

type Count = { readonly by: number; readonly on: string };

/** Counts once, and only on the day; by 0 changes nothing. */
const daily = defineAggregate({
  category: 'tally',
  collection: 'tallies',
  commands: {
    count: {
      meaning: 'Count, today.',
      schema: z.strictObject({ by: z.int(), on: z.iso.date() }),
      faultsAt: ({ on }: Count, receivedAt: Date): Fault[] =>
        on === receivedAt.toISOString().slice(0, 10) ? [] : [{ path: 'on', code: 'not-today', message: 'Not today.' }],
      answer: ({ by }: Count, events: readonly unknown[]) => ({ asked: by, counted: events.length }),
    },
  },
  events: tallyEvents,
  decider: {
    initialState: { sum: 0 },
    decide: ({ data: { by } }: Command<string, Count>) =>
      accept(by === 0 ? [] : [{ what: 'Counted' as const, data: { by } }]),
    evolve: ({ sum }, { data: { by } }: { readonly what: 'Counted'; readonly data: { readonly by: number } }) => ({
      sum: sum + by,
    }),
    stateSchema: z.object({ sum: z.number() }),
  },
});

const TODAY = '2026-11-20';
const data = { value: { by: 2, on: TODAY } };

const sendAt = (store: EventStore, day: string, sent: Partial<SentCommand> = {}) =>
  dispatch({ ...handlingOn(store), clock: () => new Date(`${day}T12:00:00.000Z`) }, [daily], {
    category: 'tally',
    id: '1',
    what: 'count',
    data,
    options: { value: { commandId: 'c1' } },
    who: 'clerk',
    ...sent,
  });

const newStore = () => createInMemoryEventStore({ events: tallyEvents });
const untimely = { kind: 'faulty', faults: [{ path: 'on', code: 'not-today' }] };

describe('A command that is wrong by the time at which it comes in', () => {
  it('is faulty and records nothing, with and without an id', async () => {
    const store = newStore();
    await sendAt(store, TODAY, { options: { value: { commandId: 'c0' } } });
    const load = vi.spyOn(store, 'load');
    expect(await sendAt(store, '2026-11-19', { options: { value: {} } })).toMatchObject(untimely);
    expect(load).not.toHaveBeenCalled();
    expect(await sendAt(store, '2026-11-21')).toMatchObject(untimely);
    expect((await store.load(tally('1'))).token.version).toBe(1);
  });

  it('is told that together with all that is wrong beside its data, and the store is not asked', async () => {
    const store = newStore();
    const load = vi.spyOn(store, 'load');
    const faults = [{ path: 'if-match', code: 'invalid-header', message: 'None.' }];
    expect(await sendAt(store, '2026-11-21', { id: 'a b', options: { faults } })).toMatchObject({
      kind: 'faulty',
      faults: [{ path: 'id' }, { path: 'if-match' }, { path: 'on' }],
    });
    expect(await sendAt(store, '2026-11-21', { data: { value: { by: 1 } } })).toMatchObject({
      kind: 'faulty',
      faults: [{ path: 'on', code: 'invalid_type' }],
    });
    expect(load).not.toHaveBeenCalled();
  });

  it('is answered as the first time when it was recorded in time, whatever the clocks say now', async () => {
    const store = newStore();
    const first = await sendAt(store, TODAY);
    expect(first).toMatchObject({ outcome: { kind: 'recorded', replayed: false } });
    for (const day of ['2026-11-21', '2026-11-19', TODAY]) {
      const repeat = await sendAt(store, day);
      expect(repeat).toMatchObject({ answer: { asked: 2, counted: 1 }, outcome: { version: 1, replayed: true } });
    }
  });

  it('is told when its id was used for another command', async () => {
    const store = newStore();
    await sendAt(store, TODAY);
    const other = { data: { value: { by: 3, on: TODAY } } };
    expect(await sendAt(store, '2026-11-21', other)).toMatchObject({ outcome: { kind: 'command-id-reused' } });
  });
});

describe('What a command answers instead of its events', () => {
  it('follows from its data and the events that it recorded', async () => {
    const store = newStore();
    expect(await sendAt(store, TODAY)).toMatchObject({ answer: { asked: 2, counted: 1 } });
  });

  it('is given of no events when nothing changes, and is not given when nothing was decided', async () => {
    const store = newStore();
    const nothing = { data: { value: { by: 0, on: TODAY } }, options: { value: {} } };
    expect(await sendAt(store, TODAY, nothing)).toMatchObject({
      outcome: { kind: 'unchanged' },
      answer: { asked: 0, counted: 0 },
    });
    const failed = await sendAt(store, TODAY, { options: { value: { precondition: { kind: 'exists' } } } });
    expect(failed).toMatchObject({ outcome: { kind: 'precondition-failed' } });
    expect(failed).not.toHaveProperty('answer');
  });
});
