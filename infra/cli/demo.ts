/** `npm run demo`: a story is played over HTTP, told on the terminal, and every figure of it checked. */
import { parseArgs } from 'node:util';
import { onEndRequest } from '../local/engine/terminal/signals.ts';
import { accountStory } from './demo/account-story.ts';
import { demoClient } from './demo/demo-client.ts';
import { parcelStory } from './demo/parcel-story.ts';
import { runningSystem } from './demo/running-system.ts';
import { type Story, storyTeller } from './demo/story-teller.ts';
import { transferStory } from './demo/transfer-story.ts';

const STORIES: Readonly<Record<string, Story>> = {
  account: accountStory,
  parcels: parcelStory,
  transfer: transferStory,
};

const USAGE = `npm run demo [-- --story <story>]
  --story account          a savings account whose history changes in retrospect; when nothing is said
  --story parcels          a parcel whose scans come late, twice and out of order
  --story transfer         money from one account to another: one that goes well, one that is made up for, one that nobody confirms
It plays on the system at PORT (3000), or starts one and ends it. Every run has ids of its own.
Ends with 0 when every figure is right, 1 when one is not, 2 when the story could not be played.`;

const options = {
  story: { type: 'string', default: 'account' },
  help: { type: 'boolean', default: false },
} as const;

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const story = Object.hasOwn(STORIES, values.story) ? STORIES[values.story] : undefined;
  if (story === undefined) {
    throw new Error(`there is no story ${values.story}; there are ${Object.keys(STORIES).join(', ')}`);
  }
  await using system = await runningSystem(signal);
  const teller = storyTeller((text) => console.log(text));
  const run = crypto.randomUUID().slice(0, 8);
  const interrupted = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => interrupted.reject(signal.reason));
  signal.throwIfAborted();
  const stream = await Promise.race([story({ client: demoClient(system.url), teller, run }), interrupted.promise]);
  console.log(
    system.ours
      ? '\nThat was on a system of its own. Run it beside `npm start` to look at what it leaves.'
      : `\nLook at the log itself, with DYNAMODB_ENDPOINT as npm start has printed it:\n  npm run replay -- --stream ${stream}\n  curl ${system.url}/streams/${stream}`,
  );
  const wrong = teller.wrong();
  for (const line of wrong) console.error(`Not as it should be: ${line}`);
  return wrong.length === 0 ? 0 : 1;
}

/** By the shell's custom: 128 and the number of the signal of Ctrl-C. */
const INTERRUPTED = 130;

const interruption = new AbortController();
onEndRequest((request) => {
  if (request === 'now') process.exit(INTERRUPTED);
  interruption.abort(new Error('it was interrupted'));
});
// Whoever read the output has gone: there is nobody to play for.
process.stdout.on('error', () => interruption.abort(new Error('nobody reads it')));

let code: number;
try {
  code = await main(interruption.signal);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  if (!interruption.signal.aborted) console.error(`The demo could not be played: ${reason}.`.replace(/\.\.$/, '.'));
  code = 2;
}
// Whatever the story still waits for ends with it.
process.exit(interruption.signal.aborted ? INTERRUPTED : code);
