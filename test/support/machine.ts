/** Tests send commands from several machines: each has its own memory of streams; all share the table. */
import { randomUUID } from 'node:crypto';
import { handleCommand } from '#shared/command/handle-command.ts';
import {
  type CommandHandling,
  type CommandOutcome,
  type CommandRequest,
  createStateCache,
} from '#shared/command/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import type { EventStore } from '#shared/event-store/index.ts';
import { type TillCommand, tillAggregate } from './till.ts';

export type Machine = {
  send(stream: StreamId, command: TillCommand, request?: Partial<CommandRequest>): Promise<CommandOutcome>;
  /** Delays that the machine waited, in milliseconds; none is really waited for. */
  readonly delays: number[];
};

export function machineOn(
  store: EventStore,
  {
    aggregate = tillAggregate(),
    ...others
  }: Partial<CommandHandling> & { aggregate?: ReturnType<typeof tillAggregate> } = {},
): Machine {
  const delays: number[] = [];
  const handling: CommandHandling = {
    store,
    cache: createStateCache(),
    clock: () => new Date('2026-01-01T00:00:00.000Z'),
    ids: randomUUID,
    random: () => 0.5,
    sleep: async (milliseconds) => delays.push(milliseconds),
    ...others,
  };
  return {
    delays,
    send: (stream, command, request = {}) =>
      handleCommand(handling, aggregate, { stream, command, who: 'clerk', ...request }),
  };
}

type StoreCall = keyof EventStore;

/** A store that notes its calls, and lets a test act around each of them. */
export function watched(
  store: EventStore,
  around: (call: StoreCall, proceed: () => Promise<unknown>) => Promise<unknown> = (_, proceed) => proceed(),
): { readonly store: EventStore; readonly calls: StoreCall[] } {
  const calls: StoreCall[] = [];
  const wrap =
    <A extends unknown[], R>(call: StoreCall, method: (...args: A) => Promise<R>) =>
    (...args: A) => {
      calls.push(call);
      return around(call, () => method(...args)) as Promise<R>; // what `proceed` gave, or what the test makes of it
    };
  return {
    calls,
    store: {
      load: wrap('load', store.load),
      loadTail: wrap('loadTail', store.loadTail),
      append: wrap('append', store.append),
      appendAll: wrap('appendAll', store.appendAll),
      keepAnswer: wrap('keepAnswer', store.keepAnswer),
      readAnswer: wrap('readAnswer', store.readAnswer),
      readCommandsBefore: wrap('readCommandsBefore', store.readCommandsBefore),
      readCommit: wrap('readCommit', store.readCommit),
      readCommits: wrap('readCommits', store.readCommits),
      readEvents: wrap('readEvents', store.readEvents),
    },
  };
}
