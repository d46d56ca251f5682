/** The settings that a function finds beside its code. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SynthesizedApp } from './synthesized-app.ts';

type Bundled = { FunctionName: string; Code: { S3Key: string } };

/** Empty when it has none; throws when there is no such function. */
export function bundledSettings(app: SynthesizedApp, functionName: string): Readonly<Record<string, string>> {
  const found = app
    .all<Bundled>('AWS::Lambda::Function')
    .find(({ properties }) => properties.FunctionName === functionName);
  if (found === undefined) throw new Error(`there is no function ${functionName}`);
  const asset = found.properties.Code.S3Key.replace(/\.zip$/, '');
  const file = join(app.folder, `asset.${asset}`, 'settings.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
