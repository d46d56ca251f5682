import { afterEach, expect, it, vi } from 'vitest';
import { namedSetting, setting, settings } from '#shared/edge/index.ts';

afterEach(() => vi.unstubAllEnvs());

it.each([setting, settings, (name: string) => namedSetting(name, 'one')])(
  '%o names the variable that is missing',
  (read) => {
    vi.stubEnv('TABLE', undefined);
    expect(() => read('TABLE')).toThrow('The environment variable TABLE is not set.');
  },
);

it('A setting is not empty, but a list may be, as the rules of a context without projections are', () => {
  vi.stubEnv('RULES', '');
  expect(() => setting('RULES')).toThrow('The environment variable RULES is not set.');
  expect(settings('RULES')).toEqual([]);
  vi.stubEnv('RULES', 'one,two');
  expect(settings('RULES')).toEqual(['one', 'two']);
});

it('One of several settings is told by its name when it is missing', () => {
  vi.stubEnv('TABLES', '{"one":"first"}');
  expect(namedSetting('TABLES', 'one')).toBe('first');
  expect(() => namedSetting('TABLES', 'two')).toThrow('The environment variable TABLES does not name two.');
});
