/**
 * A process of its own, with a DynamoDB Local of its own, answers which test fails. It is replaced when a test never ends, and now
 * and then anyway, since neither forgets what earlier tests left.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, Question } from './warm-tests.ts';

export type TestProcess = {
  /** Nothing when there was no answer after so many milliseconds. One question at a time. */
  ask(question: Question, withinMs: number): Promise<Answer | undefined>;
  stop(): void;
};

const QUESTIONS_OF_ONE = 60;

export async function startTestProcess(root: string): Promise<TestProcess> {
  // Property tests take the same cases every time.
  const env = { ...process.env, PROPERTY_SEED: '1' };

  async function start(): Promise<ChildProcess> {
    const child = fork(join(import.meta.dirname, 'warm-tests.ts'), {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    return child;
  }

  let child = await start();
  let asked = 0;
  async function replace(): Promise<void> {
    child.kill('SIGKILL');
    child = await start();
    asked = 0;
  }

  return {
    async ask(question, withinMs) {
      if (asked === QUESTIONS_OF_ONE) await replace();
      asked += 1;
      const ended = new AbortController();
      const end = () => ended.abort();
      child.once('exit', end);
      const answer = once(child, 'message', { signal: AbortSignal.any([ended.signal, AbortSignal.timeout(withinMs)]) });
      child.send(question);
      try {
        const [message] = await answer;
        return message as Answer; // of warm-tests.ts
      } catch {
        await replace();
        return undefined;
      } finally {
        child.off('exit', end);
      }
    },
    stop: () => void child.kill('SIGKILL'),
  };
}
