import { describe, expect, it } from 'vitest';
import { campaign } from './campaign.ts';

/** `SIMULATION_SEED` repeats an earlier run of the suite. */
const seed = Number(process.env.SIMULATION_SEED ?? Date.now() % 1_000_000);
const RUNS = 200;

describe('The whole engine', () => {
  it('is right in the end, whatever fails on the way', async () => {
    console.log(`SIMULATION_SEED=${seed}, ${RUNS} runs`);
    const { failure } = await campaign(seed, RUNS);
    expect(failure && [...failure.trace, failure.breach.message].join('\n')).toBeUndefined();
  });
});
