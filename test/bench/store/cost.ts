/** What a command costs in requests and in capacity, counted on the client: the same in every run. */
import { toStreamId } from '#shared/event/index.ts';
import { kitClient } from '../bench-database.ts';
import { type Cost, counted, requestsText, share, unitsText } from '../counted-client.ts';
import { addition } from '../counter/counter.ts';
import { shorten, streamNamed } from '../counter/counter-streams.ts';
import { cold, kitWriter, warm } from '../counter/kit-writer.ts';
import type { PreloadedStreams, Wanted } from '../counter/preloaded-streams.ts';
import { atMost, type Figure, type Section } from '../report.ts';

/** As many as there are between two snapshots at the most, so that each pays its share of one. */
const COMMANDS = 100;

/** Capacity is reported in halves, and a number grows by a few bytes with its digits. */
const READ_TOLERANCE = 0.5;

export async function costSection(tables: PreloadedStreams, lengths: readonly Wanted[]): Promise<Section> {
  const costs = [];
  for (const wanted of lengths) costs.push(await measureCost(tables, wanted));
  const at100 = costs.find(({ length }) => length === 100)?.cold.readUnits ?? Number.NaN;
  return {
    title: 'Requests and capacity per command',
    method: 'Counted on the client. From 100 events on, the mean of the hundred commands that follow.',
    figures: costs.flatMap(({ length, cold, warm }): Figure[] => {
      const where = `${length} ${length === 1 ? 'event' : 'events'}`;
      const likeAt100 = { text: 'read ≤ that at 100 events', met: cold.readUnits <= at100 + READ_TOLERANCE };
      return [
        { what: `${where}, cold: requests`, value: requestsText(cold), goal: atMost(2)(cold.reads + cold.writes, '') },
        { what: `${where}, cold: capacity`, value: unitsText(cold), ...(length >= 10_000 && { goal: likeAt100 }) },
        { what: `${where}, warm: requests`, value: requestsText(warm), goal: atMost(1)(warm.reads + warm.writes, '') },
        { what: `${where}, warm: capacity`, value: unitsText(warm) },
      ];
    }),
  };
}

type CostAt = { readonly length: number; readonly cold: Cost; readonly warm: Cost };

async function measureCost({ endpoint, kitTable }: PreloadedStreams, wanted: Wanted): Promise<CostAt> {
  const { length, streams } = wanted;
  const { client, spent } = counted(kitClient(endpoint));
  const growth = length < COMMANDS ? 1 : COMMANDS;
  const used = Array.from({ length: Math.min(streams, COMMANDS / growth) }, (_, index) => streamNamed(wanted, index));
  const costOf = async (cache: ReturnType<typeof warm>) => {
    const write = kitWriter(client, kitTable, cache);
    for (const stream of used) await write(stream, []); // remembered, where anything is
    spent();
    for (const stream of used) for (let sent = 0; sent < growth; sent += 1) await write(stream, [addition()]);
    const cost = share(spent(), used.length * growth);
    await shorten(client, kitTable, used, { length, most: growth });
    return cost;
  };
  const costs = { length, cold: await costOf(cold()), warm: await costOf(warm()) };
  client.destroy();
  return costs;
}

/** `size` is told of the data as JSON; what an event holds beside it comes on top. */
const WIDE = [
  { what: 'ten events of 15 bytes of data', size: 0, goal: atMost(2) },
  { what: 'ten events of 175 bytes of data (about 300 stored)', size: 175, goal: atMost(3) },
  { what: 'ten events of 300 bytes of data', size: 300 },
];

export async function wideCommitSection({ endpoint, kitTable }: PreloadedStreams): Promise<Section> {
  const { client, spent } = counted(kitClient(endpoint));
  const write = kitWriter(client, kitTable, warm());
  const figures: Figure[] = [];
  for (const { what, size, goal } of WIDE) {
    const stream = toStreamId('counter', `wide.${size}`);
    await write(stream, [addition(size)]);
    spent();
    await write(
      stream,
      Array.from({ length: 10 }, () => addition(size)),
    );
    const cost = spent();
    figures.push({
      what,
      value: `${requestsText(cost)}, ${unitsText(cost)}`,
      ...(goal !== undefined && { goal: goal(cost.writeUnits, ' WCU') }),
    });
  }
  client.destroy();
  return { title: 'A commit of ten events', method: 'One command on a stream that is remembered.', figures };
}
