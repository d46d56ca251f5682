/** The project's own CDK app is run and becomes a cloud assembly. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs `infra/app.ts` of the project as the CDK command line would, with the context of `cdk.json`, and gives the folder
 * it wrote. What the app prints goes to `keep`. Throws what the app said when it fails. Ends with this process.
 */
export async function synthesize(project: string, keep: (text: string) => void): Promise<string> {
  const folder = join(project, 'cdk.out');
  const app = join(project, 'infra', 'app.ts');
  if (!existsSync(app)) throw new Error(`${app} is missing; name a synthesized app with --assembly <folder>.`);
  // In a group of its own, so that the bundlers it starts end with it.
  const child = spawn(process.execPath, [app], {
    cwd: project,
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: contextOf(project, process.env.CDK_CONTEXT_JSON) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', end);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code, signal] = await once(child, 'close');
  process.removeListener('exit', end);
  if (code !== 0) {
    throw new Error(`infra/app.ts cannot be synthesized (${signal ?? `exit code ${code}`}):\n${output.trim()}`);
  }
  keep(output);
  return folder;
}

/** The context of `cdk.json`; what the environment gives counts more. */
function contextOf(project: string, given: string | undefined): string {
  const file = join(project, 'cdk.json');
  const { context = {} } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return JSON.stringify({ ...context, ...(given ? JSON.parse(given) : {}) });
}
