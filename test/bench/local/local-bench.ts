/** How fast is the local cloud, from the outside? Its start, a warm command, and the way of an event to the query. */
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Section } from '../report.ts';
import { median, milliseconds, p95 } from '../statistics.ts';
import { startCloud } from './running-cloud.ts';

const WARM_UP = 50;
const COMMANDS = 300;
const VISIBLE = 60;
const VISIBLE_WITHIN_MS = 30_000;
const POLL_MS = 2;

const START_GOAL_S = 20;
const COMMAND_GOAL_MS = 15;
const VISIBLE_GOAL_MS = 300;

export async function* benchLocal(progress: (step: string) => void): AsyncGenerator<Section> {
  progress('starting the local cloud');
  await using cloud = await startCloud();
  const account = `${cloud.url}/accounts/bench`;
  await post(`${account}/open`, { owner: 'bench', on: '2026-01-01' });
  const pay = () => post(`${account}/receive-payment`, { amount: 100, on: '2026-01-02' });

  progress(`${COMMANDS} commands on one account`);
  for (let index = 0; index < WARM_UP; index += 1) await pay();
  const commands: number[] = [];
  for (let index = 0; index < COMMANDS; index += 1) commands.push((await timed(pay)).took);

  progress(`${VISIBLE} commands followed into the query`);
  await reached(account, await pay());
  const alone: number[] = [];
  const visible: number[] = [];
  for (let index = 0; index < VISIBLE; index += 1) {
    const { result: version, took } = await timed(pay);
    alone.push(took);
    visible.push((await timed(() => reached(account, version))).took);
  }
  const line = (what: string, figure: number, goal?: number) => ({
    what,
    value: milliseconds(figure),
    ...(goal !== undefined && { goal: atMost(figure, goal, ' ms') }),
  });
  yield {
    title: 'Local cloud (node infra/local/main.ts), over HTTP with keep-alive',
    figures: [
      {
        what: 'start to a healthy /health',
        value: `${cloud.startSeconds.toFixed(1)} s`,
        goal: atMost(cloud.startSeconds, START_GOAL_S, ' s'),
      },
      line('warm command when the last has been projected, median', median(alone), COMMAND_GOAL_MS),
      line('warm commands one after the other, median', median(commands), COMMAND_GOAL_MS),
      line('warm commands one after the other, 95 of 100 under', p95(commands)),
      line('acknowledged to visible in the query, median', median(visible), VISIBLE_GOAL_MS),
      line('acknowledged to visible in the query, 95 of 100 under', p95(visible)),
    ],
  };
}

/** Sends a command; gives the stream's version after it. */
async function post(url: string, body: unknown): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { readonly version: number; readonly detail?: string }; // the HTTP contract
  if (!response.ok) throw new Error(`${url} was answered ${response.status}: ${answer.detail}`);
  return answer.version;
}

/** Resolves when the query's ETag has the version. */
async function reached(url: string, version: number): Promise<void> {
  const deadline = performance.now() + VISIBLE_WITHIN_MS;
  for (;;) {
    const response = await fetch(url);
    await response.arrayBuffer();
    if (response.headers.get('etag') === `"${version}"`) return;
    if (performance.now() > deadline) throw new Error(`version ${version} was not visible within 30 s`);
    await sleep(POLL_MS);
  }
}

async function timed<T>(action: () => Promise<T>): Promise<{ readonly result: T; readonly took: number }> {
  const from = performance.now();
  const result = await action();
  return { result, took: performance.now() - from };
}
