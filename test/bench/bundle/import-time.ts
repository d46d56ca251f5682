/** The time that a fresh process takes to import a bundle: what a cold start waits for after the runtime is up. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const IMPORT = `
  const { pathToFileURL } = await import('node:url');
  const url = pathToFileURL(process.argv[1]).href;
  const from = performance.now();
  await import(url);
  console.log(performance.now() - from);`;

/** As deployed (infra/constructs/handler-function.ts) and as the runtime has it. */
const ENVIRONMENT = {
  NODE_OPTIONS: '--enable-source-maps',
  EVENTS_TABLE: 'events',
  AWS_REGION: 'eu-west-1',
};

/** Milliseconds of one import, measured inside the process, so that its own start does not count. */
export async function importTime(file: string): Promise<number> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', IMPORT, file], { env: ENVIRONMENT });
  return Number(stdout);
}
