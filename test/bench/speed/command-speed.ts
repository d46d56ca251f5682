/** One stream length and number of writers, bare, cold and warm in slices of a few commands, so that other work on the machine slows all alike. */
import type { StreamId } from '#shared/event/index.ts';
import { bareWriter } from '../counter/bare-writer.ts';
import { addition } from '../counter/counter.ts';
import { shorten, streamNamed } from '../counter/counter-streams.ts';
import { cold, kitWriter, warm } from '../counter/kit-writer.ts';
import type { PreloadedStreams } from '../counter/preloaded-streams.ts';
import { median } from '../statistics.ts';

export type Cell = {
  readonly length: number;
  /** Of the data as JSON; 0 is as few as can be. */
  readonly eventBytes: number;
  readonly writers: number;
  /** Per writer, between two times that the streams are cut back. */
  readonly commands: number;
  /** Per writer, of them, until the next variant takes its turn. */
  readonly slice: number;
};

/** Medians over the slices; ratios are those of slices side by side. */
export type Speed = {
  readonly slices: number;
  readonly bare: number;
  readonly cold: number;
  readonly coldRatio: number;
  readonly warmRatio: number;
};

/** A stream grows by a tenth at most while it is measured, and is cut back after it. */
const growth = ({ length }: Cell) => Math.max(1, Math.floor(length / 10));

const streamsPerWriter = (cell: Cell) => Math.ceil(cell.commands / growth(cell));

/** Cold and warm commands have streams of their own. */
export const streamsOf = (cell: Cell): number => 2 * cell.writers * streamsPerWriter(cell);

const LEAST_ROUNDS = 3;
const VARIANTS = ['bare', 'cold', 'warm'] as const;

/** As many rounds as begin within the seconds, and at least three; the first one only warms up. */
export async function measureSpeed(tables: PreloadedStreams, cell: Cell, seconds: number): Promise<Speed> {
  const { kit, bare, kitTable, bareTable } = tables;
  const all = Array.from({ length: streamsOf(cell) }, (_, index) => streamNamed(cell, index));
  const [first, second] = [all.slice(0, all.length / 2), all.slice(all.length / 2)];
  const streams = { bare: first, cold: first, warm: second };
  const range = { length: cell.length, most: growth(cell) };
  const added = addition(cell.eventBytes);
  const [sendBare, sendCold] = [bareWriter(bare, bareTable), kitWriter(kit, kitTable, cold())];

  const measured: Record<(typeof VARIANTS)[number], number[]> = { bare: [], cold: [], warm: [] };
  const until = performance.now() + 1_000 * seconds;
  for (let round = 0; round <= LEAST_ROUNDS || performance.now() < until; round += 1) {
    const sendWarm = kitWriter(kit, kitTable, warm());
    await eachOf(streams.warm, (stream) => sendWarm(stream, []));
    const sends = {
      bare: (stream: StreamId) => sendBare(stream, added),
      cold: (stream: StreamId) => sendCold(stream, [added]),
      warm: (stream: StreamId) => sendWarm(stream, [added]),
    };
    for (let at = 0; at < cell.commands; at += cell.slice) {
      // Bare and cold always stand side by side, and each of them goes first as often as the other.
      for (const variant of (at / cell.slice) % 2 === 0 ? VARIANTS : VARIANTS.toReversed()) {
        const speed = await perSecond(cell, at, streams[variant], sends[variant]);
        if (round > 0) measured[variant].push(speed);
      }
    }
    await shorten(bare, bareTable, streams.bare, range);
    await shorten(kit, kitTable, all, range);
  }
  const ratios = (variant: 'cold' | 'warm') => measured[variant].map((speed, at) => speed / (measured.bare[at] ?? 0));
  return {
    slices: measured.bare.length,
    bare: median(measured.bare),
    cold: median(measured.cold),
    coldRatio: median(ratios('cold')),
    warmRatio: median(ratios('warm')),
  };
}

/** The slice of every writer's commands that begins at one of them; each goes round its own streams. */
async function perSecond(
  cell: Cell,
  at: number,
  streams: readonly StreamId[],
  send: (stream: StreamId) => Promise<unknown>,
): Promise<number> {
  const share = streamsPerWriter(cell);
  const slice = Math.min(cell.slice, cell.commands - at);
  const from = performance.now();
  await Promise.all(
    Array.from({ length: cell.writers }, async (_, writer) => {
      for (let command = at; command < at + slice; command += 1) {
        const stream = streams[writer * share + (command % share)];
        if (stream !== undefined) await send(stream);
      }
    }),
  );
  return (cell.writers * slice) / ((performance.now() - from) / 1000);
}

/** As many at once as keep DynamoDB Local busy. */
async function eachOf(streams: readonly StreamId[], send: (stream: StreamId) => Promise<unknown>): Promise<void> {
  const waiting = streams.values();
  const sender = async () => {
    for (const stream of waiting) await send(stream);
  };
  await Promise.all(Array.from({ length: 6 }, sender));
}
