/** One stream length and number of writers, measured bare, cold and warm in turn in one run, so that the machine's mood is theirs alike. */
import type { StreamId } from '#shared/event/index.ts';
import { bareWriter } from '../counter/bare-writer.ts';
import { addition } from '../counter/counter.ts';
import { shorten, streamNamed } from '../counter/counter-streams.ts';
import { cold, kitWriter, warm } from '../counter/kit-writer.ts';
import type { PreloadedStreams } from '../counter/preloaded-streams.ts';
import { median } from '../statistics.ts';

/** Commands per writer and round. The bare loop needs fewer of them to be timed well, since it takes longer. */
export type Cell = {
  readonly length: number;
  /** Of the data as JSON; 0 is as few as can be. */
  readonly eventBytes: number;
  readonly writers: number;
  readonly kitCommands: number;
  readonly bareCommands: number;
};

/** Medians over the rounds; ratios are taken within a round. */
export type Speed = {
  readonly bare: number;
  readonly cold: number;
  readonly coldRatio: number;
  readonly warmRatio: number;
};

/** A stream grows by a tenth at most while it is measured, and is cut back after it. */
const growth = ({ length }: Cell) => Math.max(1, Math.floor(length / 10));

const streamsPerWriter = (cell: Cell) => Math.ceil(Math.max(cell.kitCommands, cell.bareCommands) / growth(cell));

export const streamsOf = (cell: Cell): number => cell.writers * streamsPerWriter(cell);

type Send = (stream: StreamId) => Promise<unknown>;

export async function measureSpeed(tables: PreloadedStreams, cell: Cell, rounds: number): Promise<Speed> {
  const { kit, bare, kitTable, bareTable } = tables;
  const streams = Array.from({ length: streamsOf(cell) }, (_, index) => streamNamed(cell, index));
  const range = { length: cell.length, most: growth(cell) };
  const added = addition(cell.eventBytes);

  async function kitSpeed(cache: ReturnType<typeof warm>, remembered: boolean): Promise<number> {
    const write = kitWriter(kit, kitTable, cache);
    if (remembered) await Promise.all(streams.map((stream) => write(stream, [])));
    const speed = await perSecond(cell, streams, cell.kitCommands, (stream) => write(stream, [added]));
    await shorten(kit, kitTable, streams, range);
    return speed;
  }
  const variants = {
    async bare() {
      const write = bareWriter(bare, bareTable);
      const speed = await perSecond(cell, streams, cell.bareCommands, (stream) => write(stream, added));
      await shorten(bare, bareTable, streams, range);
      return speed;
    },
    cold: () => kitSpeed(cold(), false),
    warm: () => kitSpeed(warm(), true),
  };

  const measured: Record<keyof typeof variants, number[]> = { bare: [], cold: [], warm: [] };
  const names = ['bare', 'cold', 'warm'] as const;
  for (let round = 0; round <= rounds; round += 1) {
    // Bare and cold always stand side by side, and each of them goes first as often as the other.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const speed = await variants[name]();
      if (round > 0) measured[name].push(speed); // the first round warms up
    }
  }
  const ratios = (name: 'cold' | 'warm') => measured[name].map((speed, round) => speed / (measured.bare[round] ?? 0));
  return {
    bare: median(measured.bare),
    cold: median(measured.cold),
    coldRatio: median(ratios('cold')),
    warmRatio: median(ratios('warm')),
  };
}

/** Every writer goes round its own streams. */
async function perSecond(cell: Cell, streams: readonly StreamId[], commands: number, send: Send): Promise<number> {
  const share = streamsPerWriter(cell);
  const from = performance.now();
  await Promise.all(
    Array.from({ length: cell.writers }, async (_, writer) => {
      const own = streams.slice(writer * share, (writer + 1) * share);
      for (let command = 0; command < commands; command += 1) {
        const stream = own[command % own.length];
        if (stream !== undefined) await send(stream);
      }
    }),
  );
  return (cell.writers * commands) / ((performance.now() - from) / 1000);
}
