/** Commands per second on DynamoDB Local, as a ratio to a loop without any kit that does the same. */
import { startBenchDatabase } from '../bench-database.ts';
import { preload } from '../counter/preloaded-streams.ts';
import { atLeast, type Figure, type Goal, moreThan, type Progress, type Section } from '../report.ts';
import { type Cell, measureSpeed, type Speed, streamsOf } from './command-speed.ts';

type GoalCell = Cell & { readonly coldGoal: Goal };

const both = (cell: Omit<GoalCell, 'writers' | 'commands' | 'slice'>): GoalCell[] => [
  { ...cell, writers: 1, commands: 60, slice: 10 },
  { ...cell, writers: 16, commands: 8, slice: 2 },
];

const CELLS: readonly GoalCell[] = [
  ...both({ length: 1, eventBytes: 0, coldGoal: atLeast(0.9) }),
  ...both({ length: 1, eventBytes: 300, coldGoal: atLeast(0.86) }),
  ...both({ length: 100, eventBytes: 0, coldGoal: atLeast(1.2) }),
  ...both({ length: 100, eventBytes: 300, coldGoal: atLeast(1) }),
  { length: 1_000, eventBytes: 0, writers: 1, commands: 10, slice: 5, coldGoal: moreThan(5) },
  { length: 1_000, eventBytes: 0, writers: 16, commands: 2, slice: 1, coldGoal: moreThan(5) },
];
/** For each of them. */
const SECONDS = 11;

/** After so long the engine has compiled what both sides run. */
const WARM_UP: Cell = { length: 1, eventBytes: 0, writers: 16, commands: 8, slice: 2 };
const WARM_UP_SECONDS = 8;

export async function* benchSpeed(progress: Progress): AsyncGenerator<Section> {
  progress('starting DynamoDB Local');
  await using database = await startBenchDatabase();
  const streamsOfShape = (shape: Cell) =>
    Math.max(...CELLS.filter((cell) => streamKind(cell) === streamKind(shape)).map(streamsOf));
  const shapes = [...new Map(CELLS.map((cell) => [streamKind(cell), cell])).values()];
  const wanted = shapes.map((cell) => ({ ...cell, streams: streamsOfShape(cell) }));
  const tables = await preload(database, 'speed', wanted, progress);
  progress('warming up');
  await measureSpeed(tables, WARM_UP, WARM_UP_SECONDS);
  const figures: Figure[] = [];
  for (const cell of CELLS) {
    progress(`timing ${nameOf(cell)}`);
    figures.push(...figuresOf(cell, await measureSpeed(tables, cell, SECONDS)));
  }
  tables.kit.destroy();
  tables.bare.destroy();
  yield {
    title: 'Commands per second, as a ratio to a bare Query and Put',
    method:
      'Bare, cold and warm in turn, there and back, a few commands each; the median of the ratios of neighbours counts.',
    figures,
  };
}

const figuresOf = (cell: GoalCell, { slices, bare, cold, coldRatio, warmRatio }: Speed): Figure[] => [
  {
    what: `${nameOf(cell)}, cold`,
    value: `${coldRatio.toFixed(2)}  (${cold.toFixed(0)}/s against ${bare.toFixed(0)}/s, ${slices} pairs)`,
    goal: cell.coldGoal(coldRatio, ''),
  },
  { what: `${nameOf(cell)}, warm`, value: warmRatio.toFixed(2), goal: moreThan(1.3)(warmRatio, '') },
];

/** Cells of one kind share their streams. */
const streamKind = ({ length, eventBytes }: Cell) => `${length} ${eventBytes}`;

const nameOf = ({ length, eventBytes, writers }: Cell) =>
  `${length} ${length === 1 ? 'event' : 'events'}${eventBytes > 0 ? ` of ${eventBytes} bytes` : ''}, ` +
  `${writers} ${writers === 1 ? 'writer' : 'writers'}`;
