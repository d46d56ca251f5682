/** The feature flags of `cdk.json`, without the settings that somebody has for stages: tests are of an app that is told nothing. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export function featureFlags(): Record<string, unknown> {
  const { context }: { context: object } = JSON.parse(
    readFileSync(resolve(import.meta.dirname, '../../cdk.json'), 'utf8'),
  );
  return Object.fromEntries(Object.entries(context).filter(([name]) => name.startsWith('@')));
}
