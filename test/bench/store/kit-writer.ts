/** How does the bench send a command through the kit? As the command endpoint does, without HTTP. */
import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { handleCommand } from '#shared/command/handle-command.ts';
import { type CommandOutcome, createStateCache, type StateCache } from '#shared/command/index.ts';
import { system } from '#shared/edge/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { counterEvents, counters } from './counter.ts';

/** Records one event for each amount; without amounts the command only reads. The command id is as a client's would be. */
export type KitWriter = (stream: StreamId, amounts: readonly number[]) => Promise<CommandOutcome>;

export const warmStreams = (): StateCache => createStateCache(1_000);

/** What a process is that has just started, at every command. */
export const coldStreams = (): StateCache => ({ get: () => undefined, set: () => {} });

export function kitWriter(client: DynamoDBDocumentClient, table: string, cache: StateCache): KitWriter {
  const store = createDynamoDbEventStore({ client, table, events: counterEvents });
  const handling = { ...system(), store, cache };
  return (stream, amounts) =>
    handleCommand(handling, counters, {
      stream,
      command: { what: 'add', data: { amounts } },
      who: 'bench',
      commandId: randomUUID(),
    });
}
