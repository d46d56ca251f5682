import { describe, expect, it } from 'vitest';
import { campaign } from './campaign.ts';
import { quietly } from './quietly.ts';
import { simulateRun } from './simulate-run.ts';

/** `SIMULATION_SEED` repeats an earlier run of the suite. */
const seed = Number(process.env.SIMULATION_SEED ?? Date.now() % 1_000_000);
const RUNS = 200;

describe('The whole engine', () => {
  it('is right in the end, whatever fails on the way', async () => {
    console.log(`SIMULATION_SEED=${seed}, ${RUNS} runs`);
    const { failure } = await campaign({ seed, runs: RUNS });
    expect(failure && [...failure.trace, failure.breach.message].join('\n')).toBeUndefined();
  });

  it('takes the same way again from the same seed', async () => {
    const traceOf = async () => {
      const lines: string[] = [];
      const trace = (line: string) => void lines.push(line);
      await quietly(() => simulateRun({ seed: 3, trace }), trace);
      return lines;
    };
    const first = await traceOf();
    expect(first.length).toBeGreaterThan(50);
    expect(await traceOf()).toEqual(first);
  });
});

describe('A simulation of an engine without reconcilers', () => {
  it('fails, and tells in a short trace which message was lost', async () => {
    const { failure } = await campaign({ seed: 1, runs: 50, reconciles: false });
    expect(failure?.breach.rule).toBe('nothing is behind for ever');
    const faults = failure?.trace.filter((line) => line.includes('FAULT')) ?? [];
    expect(faults).toEqual([expect.stringMatching(/drops the message|loses all/)]);
    expect(failure?.trace.filter((line) => line.includes(' sends '))).toHaveLength(1);
    expect(failure?.trace.length).toBeLessThan(20);
  });
});
