/** The real tool in a process of its own, which can be killed at any of its requests to DynamoDB. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { listeningProxy } from '../support/listening-proxy.ts';

const TOOL = resolve(import.meta.dirname, '../../infra/cli/rebuild.ts');

export type RebuildTool = {
  /** Ends with the tool's exit code and output; the code is undefined when it was killed, at its `killAt`th request. */
  run(
    args: readonly string[],
    killAt?: number,
  ): Promise<{ readonly code: number | undefined; readonly output: string }>;
  stop(): Promise<void>;
};

export async function rebuildTool(endpoint: string, stage: string): Promise<RebuildTool> {
  let heard = () => {};
  const proxy = await listeningProxy(endpoint, () => heard());
  return {
    async run(args, killAt = Number.POSITIVE_INFINITY) {
      const named = ['--context', 'accounts', '--projection', 'summary', '--stage', stage, '--yes'];
      const tool = spawn(process.execPath, [TOOL, ...named, ...args], {
        env: { ...process.env, DYNAMODB_ENDPOINT: proxy.url },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let requests = 0;
      heard = () => {
        requests += 1;
        if (requests === killAt) tool.kill('SIGKILL');
      };
      let output = '';
      for (const stream of [tool.stdout, tool.stderr]) stream.on('data', (text) => (output += String(text)));
      const [code] = await once(tool, 'close');
      heard = () => {};
      return { code: code ?? undefined, output };
    },
    stop: () => proxy.stop(),
  };
}
