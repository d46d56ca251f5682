import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

it('What an environment would not hold is read from the file beside the code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-settings-'));
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ TABLES: '{"one":"first"}', RULES: '', STAGE: 'file' }));
  vi.stubEnv('LAMBDA_TASK_ROOT', folder);
  expect(() => setting('TABLES')).toThrow('The environment variable TABLES is not set.');
  vi.stubEnv('SETTINGS_FILE', 'settings.json');
  vi.stubEnv('STAGE', 'environment');
  expect(namedSetting('TABLES', 'one')).toBe('first');
  expect(settings('RULES')).toEqual([]);
  expect(setting('STAGE')).toBe('environment');
  expect(() => setting('FEEDS')).toThrow('The environment variable FEEDS is not set.');
  rmSync(folder, { recursive: true });
});
