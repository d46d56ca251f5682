/** A journey starts the local cloud as a person does, in a process of its own, and sees what the person sees. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export type LocalRun = {
  /** What has been printed so far. */
  output(): string;
  /** The address of the app, once it runs; rejects with what was printed when it ends before. */
  readonly url: Promise<string>;
  /** The exit code and what was said on the way out, without the lines before it. */
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>;
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGUSR2' | 'SIGKILL'): void;
};

const running = new Set<LocalRun>();

/** `env` over the environment of the tests; without PORT a free one is taken. */
export function localRun(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): LocalRun {
  const main = resolve(import.meta.dirname, '../../infra/local/main.ts');
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, DYNAMODB_ENDPOINT: '', EVENTBRIDGE_PORT: '', PORT: '0', CHAOS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  const { promise: url, resolve: listening, reject } = Promise.withResolvers<string>();
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
    const address = /^tributary\S* +(http:\S+)$[\s\S]*Ctrl-C ends it/m.exec(output)?.[1];
    if (address !== undefined) listening(address);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const ended = once(child, 'close').then(([code]) => {
    running.delete(run);
    reject(new Error(`it ended with ${code} before it ran:\n${output}${errors}`));
    return { code: code as number | null, errors }; // once() does not know what an event carries
  });
  // Whoever waits for the end only does not ask for the address.
  url.catch(() => {});
  const run: LocalRun = { output: () => output, url, ended, signal: (name) => void child.kill(name) };
  running.add(run);
  return run;
}

/** Ends what a test that failed has left running. */
export async function endLocalRuns(): Promise<void> {
  await Promise.all(
    [...running].map((run) => {
      run.signal('SIGTERM');
      return run.ended;
    }),
  );
}
