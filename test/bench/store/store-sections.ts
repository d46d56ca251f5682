/** How are the figures of the store shown, and what is aimed at? */
import { atLeast, atMost, type Figure, moreThan, type Section } from '../report.ts';
import type { Contention } from './contention.ts';
import type { CostAt } from './cost.ts';
import type { Cost } from './counted-client.ts';
import type { FeedSpeed } from './feed-speed.ts';
import type { Cell, Speed } from './speed.ts';

/** Capacity is reported in halves, and a number grows by a few bytes with its digits. */
const READ_TOLERANCE = 0.5;

export function costSection(costs: readonly CostAt[]): Section {
  const at100 = costs.find(({ length }) => length === 100)?.cold.readUnits ?? Number.NaN;
  const figures = costs.flatMap(({ length, cold, warm }): Figure[] => [
    { what: `cold, ${events(length)}: requests`, value: requests(cold), goal: atMost(cold.reads + cold.writes, 2) },
    {
      what: `cold, ${events(length)}: capacity`,
      value: capacity(cold),
      ...(length < 10_000
        ? {}
        : { goal: { text: `read ≤ that at 100 events`, met: cold.readUnits <= at100 + READ_TOLERANCE } }),
    },
    { what: `warm, ${events(length)}: requests`, value: requests(warm), goal: atMost(warm.reads + warm.writes, 1) },
    { what: `warm, ${events(length)}: capacity`, value: capacity(warm) },
  ]);
  return {
    title: 'Requests and capacity per command (mean; from 100 events on with a share of one snapshot)',
    figures,
  };
}

export const wideCommitSection = (cost: Cost): Section => ({
  title: 'A commit of ten events',
  figures: [
    {
      what: 'requests',
      value: requests(cost),
      goal: { text: 'one write', met: cost.writes === 1 && cost.reads === 0 },
    },
    { what: 'capacity', value: capacity(cost) },
  ],
});

export function speedSection(speeds: readonly (Cell & Speed)[]): Section {
  const figures = speeds.flatMap(({ length, writers, bare, cold, coldRatio, warmRatio }): Figure[] => {
    const where = `${events(length)}, ${writers} ${writers === 1 ? 'writer' : 'writers'}`;
    const coldGoal = length === 1 ? atLeast(coldRatio, 0.9) : length === 1_000 ? moreThan(coldRatio, 5) : undefined;
    return [
      {
        what: `${where}, cold`,
        value: `${coldRatio.toFixed(2)}  (${cold.toFixed(0)}/s against ${bare.toFixed(0)}/s)`,
        ...(coldGoal === undefined ? {} : { goal: coldGoal }),
      },
      { what: `${where}, warm`, value: warmRatio.toFixed(2), goal: moreThan(warmRatio, 1.3) },
    ];
  });
  return { title: 'Commands per second, as a ratio to a bare Query and Put (median of rounds)', figures };
}

export const feedSection = ({ written, read }: FeedSpeed): Section => ({
  title: 'The feed, in batches as the relay has them and in pages of the largest size',
  figures: [
    { what: 'events per second, written', value: written.perSecond.toFixed(0) },
    { what: 'for 100 events, written', value: `${requests(written.per100)}, ${capacity(written.per100)}` },
    { what: 'events per second, read', value: read.perSecond.toFixed(0) },
    { what: 'for 1,000 events, read', value: `${requests(read.per1000)}, ${capacity(read.per1000)}` },
  ],
});

export const contentionSection = ({ lost, attemptsPerCommand, commands }: Contention): Section => ({
  title: `Sixteen writers on one stream, ${commands} commands`,
  figures: [
    { what: 'lost to conflicts', value: `${(lost * 100).toFixed(2)} %`, goal: atMost(lost * 100, 0.5, ' %') },
    { what: 'attempts per command', value: attemptsPerCommand.toFixed(2) },
  ],
});

const events = (length: number) => `${length} ${length === 1 ? 'event' : 'events'}`;

const requests = ({ reads, writes }: Cost) => `${count(reads)} read + ${count(writes)} write`;

const count = (requests: number) => (Number.isInteger(requests) ? String(requests) : requests.toFixed(2));

const capacity = ({ readUnits, writeUnits }: Cost) => `${readUnits.toFixed(1)} RCU + ${writeUnits.toFixed(2)} WCU`;
