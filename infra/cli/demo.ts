/** `npm run demo`: a savings account comes out to the cent, from HTTP to query table. */
import { accountClient } from './demo/account-client.ts';
import { playStory } from './demo/play-story.ts';
import { runningSystem } from './demo/running-system.ts';

async function play(): Promise<boolean> {
  await using system = await runningSystem();
  const id = `demo-${Date.now().toString(36)}`;
  console.log(`Account ${id} at ${system.url}`);
  const isRight = await playStory(accountClient((path, init) => fetch(`${system.url}${path}`, init), id));
  console.log(
    system.ours
      ? 'Run it beside `npm start` to look at what it leaves: the stream, the feed, the statement.'
      : `Look at the log itself: curl ${system.url}/streams/account-${id}`,
  );
  return isRight;
}

try {
  process.exitCode = (await play()) ? 0 : 1;
} catch (error) {
  console.error(`The demo could not be played: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
