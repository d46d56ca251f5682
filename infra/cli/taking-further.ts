/**
 * How a tool takes a stream further. A projection is applied by the tool itself, with the code of this checkout; what a process
 * manager does reaches further than the tool may, so its own function is asked, and waited for.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { eventDefinitions, projectionNamed } from '#shared/catalog/index.ts';
import { hintSender } from '#shared/edge/schedule/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { assertNotParked, catchUp, type QueryTable } from '#shared/projection/index.ts';
import type { ContextTool } from './context-tool.ts';
import { type FollowerKind, queueUrl } from './find-tables.ts';
import type { RedrivePorts } from './waiting-streams.ts';

const WAIT_MS = 60_000;
const LOOK_EVERY_MS = 500;

type Target = { readonly stack: string; readonly kind: FollowerKind; readonly name: string };

export async function takingFurther(
  { context, client, tables }: ContextTool,
  queues: SQSClient,
  target: Target,
  table: QueryTable,
): Promise<RedrivePorts['takeFurther']> {
  const store = createDynamoDbEventStore({ client, table: tables.events, events: eventDefinitions(context) });
  if (target.kind === 'projection') {
    const projection = projectionNamed(context, target.name);
    return (stream, announced) => catchUp({ table, store }, projection, stream, announced);
  }
  const sendHints = hintSender(queues, await queueUrl(queues, { ...target, part: 'queue' }));
  return async (stream, announced) => {
    const { version } = (await store.load(stream)).token;
    const isAnnounced = announced === Number.MAX_SAFE_INTEGER || announced <= version;
    if (version === 0 || !isAnnounced) return version;
    await sendHints([{ stream, version }]);
    return reached(table, stream, version, target.name);
  };
}

/** Throws `parked` when it is parked again. */
async function reached(table: QueryTable, stream: StreamId, version: number, name: string): Promise<number> {
  for (const end = performance.now() + WAIT_MS; performance.now() < end; await sleep(LOOK_EVERY_MS)) {
    const row = await table.read(stream, { consistent: true });
    if ((row?.watermark ?? 0) >= version) return row?.watermark ?? 0;
    assertNotParked(stream, row);
  }
  throw new Error(
    `${name} has been asked, and has not reached version ${version} in ${WAIT_MS / 1_000} s: see npm run status`,
  );
}
