/** How is a local cloud started for measuring, and how does it end? */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { anyFreePort } from '../../../infra/local/engine/loopback.ts';

export type RunningCloud = AsyncDisposable & {
  readonly url: string;
  /** From the start of the process to the first healthy answer. */
  readonly startSeconds: number;
};

const MAIN = join(import.meta.dirname, '..', '..', '..', 'infra', 'local', 'main.ts');
const HEALTHY_WITHIN_MS = 90_000;
const ENDED_WITHIN_MS = 5_000;
const POLL_MS = 50;

/** Starts `infra/local/main.ts` on a free port. Throws what it said when it ends before it is healthy. */
export async function startCloud(): Promise<RunningCloud> {
  const port = await anyFreePort();
  const url = `http://127.0.0.1:${port}`;
  const from = performance.now();
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = once(child, 'exit');
  const endWithUs = () => child.kill('SIGTERM');
  process.once('exit', endWithUs);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    process.removeListener('exit', endWithUs);
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), ENDED_WITHIN_MS);
    if (!hasEnded()) await ended;
    clearTimeout(late);
  };
  while (!(await healthy(url))) {
    const tooLate = performance.now() - from > HEALTHY_WITHIN_MS;
    if (hasEnded() || tooLate) {
      await stop();
      throw new Error(`The local cloud ${tooLate ? 'was not healthy in time' : 'ended'}:\n${output.trim()}`);
    }
    await sleep(POLL_MS);
  }
  return { url, startSeconds: (performance.now() - from) / 1000, [Symbol.asyncDispose]: stop };
}

async function healthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // nobody listens yet, or not all parts are live
  }
}
