/** `CHAOS` as a person writes it: `seed=7,duplicate=0.2,drop=0.05`. */
import { type ChaosSettings, FAULTS, type Fault } from './faults.ts';

const NAMES = Object.keys(FAULTS) as Fault[]; // all of them
const NUMBER = /^(?:\d+(?:\.\d+)?|\.\d+)$/;

/** Without a seed one is chosen. Throws one line that names what is not understood. */
export function chaosOf(value: string): ChaosSettings {
  const fault = (problem: string) =>
    new Error(
      `CHAOS=${value}: ${problem}. Write seed=<whole number> and, from 0 to 1, any of ${NAMES.join(', ')}, with commas between.`,
    );
  let seed: number | undefined;
  const probabilities: Partial<Record<Fault, number>> = {};
  for (const part of value.split(',')) {
    const [name = '', text = '', ...more] = part.split('=').map((each) => each.trim());
    if (more.length > 0 || text === '') throw fault(`"${part}" is not of the form name=number`);
    const number = NUMBER.test(text) ? Number(text) : Number.NaN;
    if (name === 'seed') {
      if (seed !== undefined) throw fault('seed is there twice');
      if (!Number.isSafeInteger(number)) throw fault(`the seed "${text}" is no whole number`);
      seed = number;
      continue;
    }
    const known = NAMES.find((each) => each === name);
    if (known === undefined) throw fault(`there is no "${name}"`);
    if (probabilities[known] !== undefined) throw fault(`${name} is there twice`);
    if (!(number <= 1)) throw fault(`${name} is "${text}", no number from 0 to 1`);
    probabilities[known] = number;
  }
  return { seed: seed ?? Math.floor(Math.random() * 2 ** 31), probabilities };
}

/** What will happen, for a person: one line for each fault. */
export function chaosLines({ seed, probabilities }: ChaosSettings): string[] {
  const active = NAMES.filter((name) => (probabilities[name] ?? 0) > 0);
  const lines = active.map((name) => `  ${name.padEnd(10)} ${String(probabilities[name]).padEnd(5)} ${FAULTS[name]}`);
  return [`Faults on purpose, seed ${seed}${active.length === 0 ? ': none' : ':'}`, ...lines];
}
