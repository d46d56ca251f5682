/** What does a command cost in requests and in capacity? Counted on the wire, so the same in every run. */
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { type StreamId, toStreamId } from '#shared/event/index.ts';
import { type Cost, counted, share } from './counted-client.ts';
import { coldStreams, kitWriter, warmStreams } from './kit-writer.ts';
import { shorten, streamNamed } from './streams.ts';
import { KIT_TABLE, type Tables } from './tables.ts';

export type CostAt = { readonly length: number; readonly cold: Cost; readonly warm: Cost };

/** As many as there are between two snapshots, so that each pays its share of one. */
const COMMANDS = 100;

/** Mean cost of a command on a stream of the length, and, from 100 events on, of the hundred that follow. */
export async function measureCost({ endpoint }: Tables, length: number, streams: number): Promise<CostAt> {
  const { client, spent } = counted(createDocumentClient(endpoint));
  const growth = length < COMMANDS ? 1 : COMMANDS;
  const used = Array.from({ length: Math.min(streams, COMMANDS / growth) }, (_, index) => streamNamed(length, index));
  const costs: Cost[] = [];
  for (const warm of [coldStreams(), warmStreams()]) {
    const write = kitWriter(client, KIT_TABLE, warm);
    for (const stream of used) await write(stream, []); // remembered, where anything is
    spent();
    for (const stream of used) for (let command = 0; command < growth; command += 1) await write(stream, [1]);
    costs.push(share(spent(), used.length * growth));
    await shorten(client, KIT_TABLE, used, { length, most: growth });
  }
  client.destroy();
  const [cold, warm] = costs;
  if (cold === undefined || warm === undefined) throw new Error('cold and warm were not measured');
  return { length, cold, warm };
}

/** Ten events in one commit, on a stream that is remembered. */
export async function measureWideCommit({ endpoint }: Tables): Promise<Cost> {
  const { client, spent } = counted(createDocumentClient(endpoint));
  const write = kitWriter(client, KIT_TABLE, warmStreams());
  const stream: StreamId = toStreamId('counter', 'wide');
  await write(stream, [1]);
  spent();
  await write(
    stream,
    Array.from({ length: 10 }, (_, index) => index),
  );
  client.destroy();
  return spent();
}
