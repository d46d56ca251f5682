/** Faults on purpose are what was asked for, and the same again for a seed. */
import { describe, expect, it } from 'vitest';
import { chaosLines, chaosOf } from '../../../../../infra/local/engine/chaos/chaos-settings.ts';
import { createChaos } from '../../../../../infra/local/engine/chaos/faults.ts';

describe('CHAOS', () => {
  it('names a seed and how probable each fault is; what it leaves out never happens', () => {
    expect(chaosOf('seed=7,duplicate=0.2, bus-outage=.01,drop=1,crash=0')).toEqual({
      seed: 7,
      probabilities: { duplicate: 0.2, 'bus-outage': 0.01, drop: 1, crash: 0 },
    });
    expect(chaosLines(chaosOf('seed=7,crash=0.02,drop=0'))).toEqual([
      'Faults on purpose, seed 7:',
      expect.stringMatching(/^ {2}crash +0\.02 +functions end/),
    ]);
    expect(chaosLines(chaosOf('seed=7'))).toEqual(['Faults on purpose, seed 7: none']);
  });

  it('gets a seed of its own when it names none', () => {
    expect(chaosOf('drop=0.1').seed).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['yes', '"yes" is not of the form name=number'],
    ['drop=0.1,', '"" is not of the form name=number'],
    ['drop=0.1=2', '"drop=0.1=2" is not of the form name=number'],
    ['seed=7,explode=0.1', 'there is no "explode"'],
    ['toString=0.1', 'there is no "toString"'],
    ['drop=1.1', 'drop is "1.1", no number from 0 to 1'],
    ['drop=-1', 'drop is "-1", no number from 0 to 1'],
    ['drop=1e-1', 'drop is "1e-1", no number from 0 to 1'],
    ['drop=0.1,drop=0.2', 'drop is there twice'],
    ['seed=7,seed=7', 'seed is there twice'],
    ['seed=1.5', 'the seed "1.5" is no whole number'],
    ['seed=x', 'the seed "x" is no whole number'],
  ])('is refused in one line that says what is wrong: %s', (value, problem) => {
    expect(() => chaosOf(value)).toThrow(new RegExp(`^CHAOS=.*: ${problem.replaceAll('.', '\\.')}\\. Write seed=.*$`));
  });
});

describe('A seed', () => {
  const settings = chaosOf('seed=7,drop=0.3,duplicate=0.3');
  const asked = (chaos = createChaos(settings), place = 'here') =>
    Array.from({ length: 200 }, () => chaos.strikes('drop', place));

  it('gives the same faults at a place, whatever happens at others', () => {
    const busy = createChaos(settings);
    const answers = Array.from({ length: 200 }, () => {
      busy.strikes('drop', 'there');
      busy.strikes('duplicate', 'here');
      busy.chance('here');
      return busy.strikes('drop', 'here');
    });
    expect(answers).toEqual(asked());
  });

  it('gives others at another place, and another seed gives others', () => {
    expect(asked(undefined, 'there')).not.toEqual(asked());
    expect(asked(createChaos({ ...settings, seed: 8 }))).not.toEqual(asked());
  });

  it('gives about as many as was asked for, and counts them', () => {
    const chaos = createChaos(settings);
    const struck = asked(chaos).filter(Boolean).length;
    expect(struck).toBeGreaterThan(30);
    expect(struck).toBeLessThan(90);
    expect(chaos.strikes('crash', 'here')).toBe(false);
    expect(chaos.injected()).toEqual({ drop: struck });
  });

  it('gives none any more once it is stopped', () => {
    const chaos = createChaos(chaosOf('seed=7,drop=1'));
    expect(chaos.strikes('drop', 'here')).toBe(true);
    chaos.stop();
    expect(chaos.strikes('drop', 'here')).toBe(false);
  });
});
