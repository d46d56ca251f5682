/** Where is a running system? The one at PORT, or one that is started for the occasion and ended after it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** `ours`: it was started for the occasion and ends with it. */
export type RunningSystem = AsyncDisposable & { readonly url: string; readonly ours: boolean };

const HEALTHY_WITHIN_MS = 60_000;

export async function runningSystem(): Promise<RunningSystem> {
  const url = `http://127.0.0.1:${process.env.PORT ?? 3000}`;
  const state = await health(url);
  if (state === 'ok') return { url, ours: false, [Symbol.asyncDispose]: async () => {} };
  if (state === 'foreign') throw new Error(`something else than Tributary answers at ${url}; set PORT to another port`);
  console.log('No system is running; starting one.');
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'local', 'main.ts')], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  };
  const deadline = Date.now() + HEALTHY_WITHIN_MS;
  while ((await health(url)) !== 'ok') {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('the system did not start');
    if (Date.now() > deadline) {
      await stop();
      throw new Error('the system was not healthy within a minute');
    }
    await sleep(100);
  }
  return { url, ours: true, [Symbol.asyncDispose]: stop };
}

async function health(url: string): Promise<'ok' | 'unhealthy' | 'foreign' | 'none'> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) });
    if (response.status === 503) return 'unhealthy';
    const answer: unknown = await response.json();
    return response.ok && (answer as { status?: unknown }).status === 'ok' ? 'ok' : 'foreign';
  } catch (error) {
    return error instanceof SyntaxError ? 'foreign' : 'none';
  }
}
