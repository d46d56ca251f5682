/** A running system: the one at PORT, or one that is started for the occasion and ended after it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { anyFreePort } from '../../local/engine/loopback.ts';
import { readSettings } from '../../local/engine/terminal/settings.ts';

/** `ours`: it was started for the occasion and ends with it. */
type RunningSystem = AsyncDisposable & { readonly url: string; readonly ours: boolean };

const HEALTHY_WITHIN_MS = 60_000;

/**
 * Throws one line that says what to do when something else has the port, or when no system comes to run; the reason of the signal
 * when it is aborted meanwhile. What was started is ended before.
 */
export async function runningSystem(signal: AbortSignal): Promise<RunningSystem> {
  const { port: asked } = readSettings([], process.env);
  const port = asked === 0 ? await anyFreePort() : asked;
  const url = `http://127.0.0.1:${port}`;
  const state = await health(url);
  if (state === 'foreign') throw new Error(`something else than Tributary answers at ${url}; set PORT to another port`);
  if (state === 'none') return ownSystem(url, port, signal);
  await healthy(url, () => true, signal);
  return { url, ours: false, [Symbol.asyncDispose]: async () => {} };
}

async function ownSystem(url: string, port: number, signal: AbortSignal): Promise<RunningSystem> {
  console.log('No system is running; starting one.');
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../local/main.ts')], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  passOn(child.stdout);
  const ended = once(child, 'exit');
  const lives = () => child.exitCode === null && child.signalCode === null;
  const stop = async () => {
    if (lives()) child.kill('SIGTERM');
    await ended;
  };
  await healthy(url, lives, signal).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, ours: true, [Symbol.asyncDispose]: stop };
}

/** What the run says, but for its greeting: what to try and how to end it is the demo's affair. */
function passOn(output: Readable): void {
  let greets = false;
  createInterface({ input: output }).on('line', (line) => {
    if (!greets) console.log(line);
    if (line.endsWith('s  running')) greets = true;
    if (line.endsWith('Ctrl-C ends it.')) greets = false;
  });
}

async function healthy(url: string, lives: () => boolean, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + HEALTHY_WITHIN_MS;
  while ((await health(url)) !== 'ok') {
    signal.throwIfAborted();
    if (!lives()) throw new Error('the system did not start');
    if (Date.now() > deadline) throw new Error(`the system at ${url} was not healthy within a minute`);
    await sleep(100);
  }
}

/** `none`: nobody listens there. What does not answer within five seconds is there, and too busy. */
async function health(url: string): Promise<'ok' | 'unhealthy' | 'foreign' | 'none'> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) });
    if (response.status === 503) return 'unhealthy';
    const answer: unknown = await response.json();
    return response.ok && (answer as { status?: unknown }).status === 'ok' ? 'ok' : 'foreign';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'TimeoutError') return 'unhealthy';
    return isRefusal(error) ? 'none' : 'foreign';
  }
}

const isRefusal = ({ cause }: { readonly cause?: unknown }) =>
  cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
