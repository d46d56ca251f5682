/** Sends a command through the kit as the command endpoint does, without HTTP. */
import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import { handleCommand } from '#shared/command/handle-command.ts';
import { type CommandOutcome, createStateCache, type StateCache } from '#shared/command/index.ts';
import { system } from '#shared/edge/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { type Added, counterEvents, counters } from './counter.ts';

/** Records one event for each addition; without any the command only reads. The command id is as a client's would be. */
export type KitWriter = (stream: StreamId, additions: readonly Added[]) => Promise<CommandOutcome>;

/** Remembers streams, as a function does that has handled them before. */
export const warm = (): StateCache => createStateCache(1_000);

/** Remembers nothing, as a function that has just started, at every command. */
export const cold = (): StateCache => ({ get: () => undefined, set: () => {} });

export function kitWriter(
  client: DynamoDBDocumentClient,
  table: string,
  cache: StateCache,
  aggregate: AnyAggregate = counters,
): KitWriter {
  const store = createDynamoDbEventStore({ client, table, events: counterEvents });
  const handling = { ...system(), store, cache };
  return (stream, additions) =>
    handleCommand(handling, aggregate, {
      stream,
      command: { what: 'add', data: { additions } },
      who: 'bench',
      commandId: randomUUID(),
    });
}
