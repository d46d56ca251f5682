/** A local cloud in a process of its own, started as a person does, measured from outside, and ended with the bench. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type RunningCloud = AsyncDisposable & {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process to the first healthy answer. */
  readonly startSeconds: number;
};

type CloudOptions = {
  /** Over the environment of the bench. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder of a synthesized app; without it the project's own is synthesized. */
  readonly assembly?: string;
};

const MAIN = join(import.meta.dirname, '..', '..', '..', 'infra', 'local', 'main.ts');
const HEALTHY_WITHIN_MS = 90_000;
const ENDED_WITHIN_MS = 5_000;
const POLL_MS = 50;

/** Starts `infra/local/main.ts` on a free port. Throws what it said when it ends before it is healthy. */
export async function startCloud({ env = {}, assembly }: CloudOptions = {}): Promise<RunningCloud> {
  const from = performance.now();
  const child = spawn(process.execPath, [MAIN, ...(assembly === undefined ? [] : ['--assembly', assembly])], {
    env: { ...process.env, DYNAMODB_ENDPOINT: '', EVENTBRIDGE_PORT: '', PORT: '0', ...env },
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
  for (;;) {
    // The greeting tells the address of every API; the first is the app's own.
    const url = /^\S+ +(http:\/\/\S+)$[\s\S]*Ctrl-C/m.exec(output)?.[1];
    if (url !== undefined && child.pid !== undefined && (await healthy(url))) {
      const startSeconds = (performance.now() - from) / 1000;
      return { url, pid: child.pid, startSeconds, [Symbol.asyncDispose]: stop };
    }
    const tooLate = performance.now() - from > HEALTHY_WITHIN_MS;
    if (hasEnded() || tooLate) {
      await stop();
      throw new Error(`The local cloud ${tooLate ? 'was not healthy in time' : 'ended'}:\n${output.trim()}`);
    }
    await sleep(POLL_MS);
  }
}

async function healthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // not all parts are live
  }
}
