/** The commits that the relay has put aside are fed and published, in order. */
import { setTimeout as sleep } from 'node:timers/promises';
import { eventDefinitions, eventSource } from '#shared/catalog/index.ts';
import { createPublisher, publishParked } from '#shared/edge/stream/index.ts';
import { createDynamoDbFeedLog, createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedWriter } from '#shared/feed/index.ts';
import { stagePrefix } from '../stage-prefix.ts';
import type { ContextTool } from './context-tool.ts';
import { openEventBridge } from './run-tool.ts';
import type { Waiting } from './waiting.ts';

/** Throws, in one line, when something waits and there is no bus to publish it on. */
export async function waitingCommits(
  { context, stage, client, tables }: ContextTool,
  isChosen: (stream: string) => boolean,
): Promise<Waiting> {
  const table = createDynamoDbFeedTable({ client, table: tables.feed });
  const parked = (await table.parked()).filter(({ stream }) => isChosen(stream));
  if (parked.length === 0) return { lines: [], streams: [], carryOut: async () => 0 };
  const events = eventDefinitions(context);
  const log = createDynamoDbFeedLog({ client, table: tables.events });
  const writer = createFeedWriter({ table, log, partitions: context.feedPartitions ?? 1, events });
  const source = eventSource(context);
  const bus = { client: openEventBridge(), bus: stagePrefix(stage), source, sleep, random: Math.random };
  const publish = createPublisher(bus);

  return {
    lines: parked.map(
      ({ stream, version, since, reason }) =>
        `relay: ${stream} waits from version ${version} on, since ${since}: ${reason}`,
    ),
    streams: parked.map(({ stream }) => stream),
    async carryOut() {
      let left = 0;
      for (const stream of parked) {
        const reason = await publishParked(stream, { table, events, publish, log, writer });
        if (reason !== undefined) left += 1;
        console.log(
          reason === undefined
            ? `relay: ${stream.stream} is published from version ${stream.version} on`
            : `relay: ${stream.stream} waits at version ${stream.version}: ${reason}`,
        );
      }
      return left;
    },
  };
}
