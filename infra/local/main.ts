/** `npm start`: runs the local cloud and shows a person its start, its addresses and its end. */
import { join, relative, resolve } from 'node:path';
import { chaosLines } from './engine/chaos/chaos-settings.ts';
import { type Chaos, type ChaosSettings, createChaos } from './engine/chaos/faults.ts';
import { createLocalLog } from './engine/terminal/local-log.ts';
import { readSettings, type Settings } from './engine/terminal/settings.ts';
import { onEndRequest } from './engine/terminal/signals.ts';
import { synthesize } from './engine/terminal/synthesize.ts';
import { asksForHelp, usage } from './engine/terminal/usage.ts';
import { greeting } from './greeting.ts';
import { type LocalCloud, startLocalCloud } from './start.ts';

/** After this long whatever has not ended is left behind. */
const STOP_WITHIN_MS = 900;

// As on Lambda: the threads of functions have the zone of the process.
process.env.TZ = 'UTC';

const project = resolve(import.meta.dirname, '../..');
const logFile = join(project, '.tributary', 'logs', 'local.log');
const outputsFile = join(project, '.tributary', 'outputs.json');
const { log, say, keep, quiet } = createLocalLog(logFile, (text) => void process.stdout.write(`${text}\n`));
let cloud: LocalCloud | undefined;

if (asksForHelp(process.argv.slice(2))) {
  console.log(usage());
  process.exit(0);
}

// Whoever read our output has gone: there is nobody to run for.
process.stdout.on('error', () => process.exit(0));
onEndRequest((request) => {
  if (request === 'now') process.exit(130);
  if (cloud === undefined) {
    say('Ending before everything was started.');
    process.exit(0);
  }
  setTimeout(() => process.exit(0), STOP_WITHIN_MS);
  cloud.stop().then(
    () => process.exit(0),
    (error: unknown) => fail(error),
  );
});

try {
  const settings = readSettings(process.argv.slice(2), process.env);
  const here = (path: string) => resolve(process.env.INIT_CWD ?? process.cwd(), path);
  const foreign = settings.assemblies.map(here);
  cloud = await startLocalCloud({
    ...settings,
    faults: settings.chaos && startChaos(settings.chaos),
    assembly: foreign.length === 0 ? () => ownApp(settings) : foreign,
    valuesFile: settings.valuesFile === undefined ? undefined : here(settings.valuesFile),
    outputsFile,
    log,
    progress,
  });
  progress('running');
  say(greeting(cloud, foreign.length === 0, relative(process.cwd(), logFile)));
  await cloud.databaseLost;
  quiet();
  say('DynamoDB Local has ended, and its data is gone. Stop with Ctrl-C and start again.');
} catch (error) {
  fail(error);
}

async function ownApp({ dynamodbEndpoint }: Settings): Promise<string> {
  progress(`synthesizing infra/app.ts${dynamodbEndpoint === undefined ? ', starting DynamoDB' : ''}`);
  const folder = await synthesize(project, (text) => keep('synth', text));
  progress('synthesized');
  return folder;
}

function startChaos(settings: ChaosSettings): Chaos {
  const chaos = createChaos(settings);
  for (const line of [...chaosLines(settings), `  kill -USR2 ${process.pid} ends them.`]) say(line);
  process.on('SIGUSR2', () => {
    chaos.stop();
    const counts = Object.entries(chaos.injected()).map(([fault, count]) => `${fault} ${count}`);
    say(`No more faults on purpose. There were: ${counts.join(', ') || 'none'}.`);
  });
  return chaos;
}

/** Seconds since the start of the process. */
function progress(step: string): void {
  say(`${(performance.now() / 1000).toFixed(1).padStart(5)} s  ${step}`);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
