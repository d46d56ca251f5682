/**
 * The process of the kit's own tests: a tally that is noted is counted on another one, and what cannot be counted there is
 * noted back. It also waits for a second note, until a time.
 */
import * as z from 'zod/mini';
import { type ContextCatalog, eventDefinitions } from '#shared/catalog/index.ts';
import { createStateCache, dispatch } from '#shared/command/index.ts';
import { carryOutHere } from '#shared/edge/process/carry-out-here.ts';
import { categoryOf, type EventOf, type StreamId, toStreamId } from '#shared/event/index.ts';
import { createInMemoryEventStore, createInMemoryTable, type EventStore } from '#shared/event-store/index.ts';
import {
  carryOut,
  type DeadlineSchedule,
  defineProcessManager,
  notCarriedOut,
  type ScheduledDeadline,
  takeEvents,
} from '#shared/process-manager/index.ts';
import { createInMemoryQueryTable, type QueryTable } from '#shared/projection/index.ts';
import { tallies, type tallyEvents } from '../../support/tally.ts';

const state = z.object({ step: z.enum(['new', 'counting', 'noting', 'waiting']), id: z.string() });
type Booking = z.infer<typeof state>;

/** When a booking gives up waiting. */
export const GIVE_UP_AT = '2026-11-20T13:00:00.000Z';

export const booking = defineProcessManager<Booking, EventOf<typeof tallyEvents>, 'count' | 'note' | 'nothing'>({
  name: 'booking',
  meaning: 'Counts on one tally what was noted on another.',
  categories: ['tally'],
  events: tallies.aggregates[0]?.events ?? {},
  initialState: { step: 'new', id: '' },
  stateSchema: state,
  processOf: ({ context, data }) => {
    const isOwn = ['back', 'late'].includes((data as { readonly text: string }).text); // of the only event that concerns it
    return isOwn ? undefined : context.stream.slice('tally-'.length);
  },
  on: {
    Noted(before, { context, data: { text } }) {
      const id = context.stream.slice('tally-'.length);
      if (text === 'wait') {
        return { state: { step: 'waiting', id }, deadlines: [{ set: 'patience', at: GIVE_UP_AT }] };
      }
      if (text === 'spoil') throw new Error('this note cannot be booked');
      if (text === 'nonsense') return { state: before, send: [{ command: 'nothing', id: 'target', data: {} }] };
      const deadlines = before.step === 'waiting' ? [{ cancel: 'patience' }] : [];
      const send = [{ command: 'count' as const, id: 'target', data: { by: Number(text) } }];
      return { state: { step: 'counting', id }, send, deadlines };
    },
  },
  deadlines: {
    patience: (before) => ({
      state: { ...before, step: 'noting' },
      send: [{ command: 'note', id: before.id, data: { texts: ['late'] } }],
    }),
  },
  sends: {
    count: {
      category: 'tally',
      what: 'count',
      answered: (before, answer) =>
        answer.kind === 'rejected'
          ? {
              state: { ...before, step: 'noting' },
              send: [{ command: 'note', id: before.id, data: { texts: ['back'] } }],
            }
          : { state: before, done: true },
    },
    note: { category: 'tally', what: 'note', answered: (before) => ({ state: before, done: true }) },
    nothing: { category: 'tally', what: 'no-such-command', answered: (before) => ({ state: before }) },
  },
});

export const bookings: ContextCatalog = { ...tallies, processManagers: [booking] };

type Call = readonly [part: 'store' | 'table' | 'schedule' | 'send', call: string];

/** Is called around every call of a part; `proceed` makes it. */
export type Around = (call: Call, proceed: () => Promise<unknown>) => Promise<unknown>;

/** Machines over one log, one query table and one schedule; each machine has its own memory. */
export function bookingWorld(now = '2026-11-20T12:00:00.000Z') {
  const log = createInMemoryTable();
  const store = createInMemoryEventStore({ events: eventDefinitions(bookings), table: log });
  const table = createInMemoryQueryTable();
  const scheduled = new Map<string, ScheduledDeadline>();
  const schedule: DeadlineSchedule = {
    set: async (deadline) => void scheduled.set(deadline.key, deadline),
    cancel: async ({ key }) => void scheduled.delete(key),
  };
  const time = { now: new Date(now) };
  let made = 0;

  function machine(around: Around = (_, proceed) => proceed()) {
    const wrapped = <Port extends object>(part: Call[0], port: Port): Port =>
      new Proxy(port, {
        get:
          (target, name) =>
          (...args: unknown[]) =>
            around([part, String(name)], async () =>
              (target[name as keyof Port] as (...all: unknown[]) => unknown)(...args),
            ),
      });
    const own: EventStore = wrapped('store', store);
    const handling = {
      store: own,
      cache: createStateCache(),
      clock: () => time.now,
      ids() {
        made += 1;
        return `00000000-0000-7000-8000-${(made << 8).toString(16).padStart(12, '0')}`;
      },
      random: () => 0,
      sleep: async () => {},
    };
    const sender = wrapped('send', {
      async send(command: Parameters<typeof notCarriedOut>[0]) {
        const answer = await carryOutHere(handling, bookings, command);
        if (answer.kind === 'impossible') throw notCarriedOut(command, answer.reason);
        return answer;
      },
    });
    const ports = {
      table: wrapped<QueryTable>('table', table),
      handling,
      send: sender.send,
      schedule: wrapped<DeadlineSchedule>('schedule', schedule),
    };
    return {
      ports,
      /** As the consumer does with a message. */
      async take(stream: StreamId, announced = Number.MAX_SAFE_INTEGER): Promise<number> {
        if (categoryOf(stream) === booking.name) return carryOut(ports, booking, stream, announced);
        return (await takeEvents(ports, booking, stream, announced)).reached;
      },
      command: (id: string, what: string, data: unknown) =>
        dispatch(handling, bookings.aggregates, {
          category: 'tally',
          id,
          what,
          data: { value: data },
          options: { value: {} },
          who: 'clerk',
        }),
    };
  }

  const eventsOf = async (stream: StreamId) => {
    const { commits } = await store.readCommits(stream, { after: 0 });
    return commits.flatMap(({ events }) => events.map(({ what, data }) => ({ what, data })));
  };

  return { machine, store, table, scheduled, time, eventsOf, commits: log.commits };
}

export const process = (id: string): StreamId => toStreamId(booking.name, id);
