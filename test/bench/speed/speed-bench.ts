/** Commands per second on DynamoDB Local, as a ratio to a loop without any kit that does the same. */
import { startBenchDatabase } from '../bench-database.ts';
import { preload } from '../counter/preloaded-streams.ts';
import { atLeast, type Figure, type Goal, moreThan, type Progress, type Section } from '../report.ts';
import { type Cell, measureSpeed, type Speed, streamsOf } from './command-speed.ts';

type GoalCell = Cell & { readonly rounds: number; readonly coldGoal: Goal };

/** So many commands that a round takes about a third of a second on a quiet machine, whatever the length. */
const both = (cell: Omit<GoalCell, 'writers' | 'kitCommands'>): GoalCell[] => [
  { ...cell, writers: 1, kitCommands: 100 },
  { ...cell, writers: 16, kitCommands: 16, bareCommands: Math.ceil(cell.bareCommands / 8) },
];

const CELLS: readonly GoalCell[] = [
  ...both({ length: 1, eventBytes: 0, bareCommands: 100, rounds: 17, coldGoal: atLeast(0.9) }),
  ...both({ length: 1, eventBytes: 300, bareCommands: 100, rounds: 17, coldGoal: atLeast(0.86) }),
  ...both({ length: 100, eventBytes: 0, bareCommands: 60, rounds: 13, coldGoal: atLeast(1.2) }),
  ...both({ length: 100, eventBytes: 300, bareCommands: 60, rounds: 13, coldGoal: atLeast(1) }),
  ...both({ length: 1_000, eventBytes: 0, bareCommands: 20, rounds: 5, coldGoal: moreThan(5) }),
];

/** After so many rounds the engine has compiled what both sides run. */
const WARM_UP: Cell = { length: 1, eventBytes: 0, writers: 16, kitCommands: 16, bareCommands: 16 };
const WARM_UP_ROUNDS = 8;

export async function* benchSpeed(progress: Progress): AsyncGenerator<Section> {
  progress('starting DynamoDB Local');
  await using database = await startBenchDatabase();
  const streamsOfShape = (shape: Cell) =>
    Math.max(...CELLS.filter((cell) => streamKind(cell) === streamKind(shape)).map(streamsOf));
  const shapes = [...new Map(CELLS.map((cell) => [streamKind(cell), cell])).values()];
  const wanted = shapes.map((cell) => ({ ...cell, streams: streamsOfShape(cell) }));
  const tables = await preload(database, 'speed', wanted, progress);
  progress('warming up');
  await measureSpeed(tables, WARM_UP, WARM_UP_ROUNDS);
  const figures: Figure[] = [];
  for (const cell of CELLS) {
    progress(`timing ${nameOf(cell)}, ${cell.rounds} rounds`);
    figures.push(...figuresOf(cell, await measureSpeed(tables, cell, cell.rounds)));
  }
  tables.kit.destroy();
  tables.bare.destroy();
  yield {
    title: 'Commands per second, as a ratio to a bare Query and Put',
    method:
      'Bare, cold and warm in turn, there and back; ratios are taken within a round, and the median of them counts.',
    figures,
  };
}

const figuresOf = (cell: GoalCell, { bare, cold, coldRatio, warmRatio }: Speed): Figure[] => [
  {
    what: `${nameOf(cell)}, cold`,
    value: `${coldRatio.toFixed(2)}  (${cold.toFixed(0)}/s against ${bare.toFixed(0)}/s)`,
    goal: cell.coldGoal(coldRatio, ''),
  },
  { what: `${nameOf(cell)}, warm`, value: warmRatio.toFixed(2), goal: moreThan(1.3)(warmRatio, '') },
];

/** Cells of one kind share their streams. */
const streamKind = ({ length, eventBytes }: Cell) => `${length} ${eventBytes}`;

const nameOf = ({ length, eventBytes, writers }: Cell) =>
  `${length} ${length === 1 ? 'event' : 'events'}${eventBytes > 0 ? ` of ${eventBytes} bytes` : ''}, ` +
  `${writers} ${writers === 1 ? 'writer' : 'writers'}`;
