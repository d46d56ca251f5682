/** A local run ends with a signal, or with the npm that started it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type EndRequest = 'stop' | 'now';

/** npm passes a Ctrl-C on that the terminal gave to all: two within this time are one. */
const SAME_REQUEST_MS = 300;
const PARENT_CHECK_MS = 300;

/**
 * Calls `end` with `stop` at the first SIGINT, SIGTERM or SIGHUP, and when the npm that started us is gone; with `now` at
 * any later signal.
 */
export function onEndRequest(end: (request: EndRequest) => void): void {
  let firstAt: number | undefined;
  const request = () => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      end('stop');
    } else if (now - firstAt > SAME_REQUEST_MS) end('now');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
  if (process.env.npm_lifecycle_event !== undefined) whenGone(request);
}

/** npm passes SIGINT and SIGTERM on, but not SIGHUP, and cannot pass on a SIGKILL. */
function whenGone(tell: () => void): void {
  const parent = process.ppid;
  let npm: number | undefined;
  ancestorNpm(parent).then((pid) => {
    npm = pid;
  });
  const watch = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || isAlive(npm))) return;
    clearInterval(watch);
    tell();
  }, PARENT_CHECK_MS);
  watch.unref();
}

/** The process id of the npm that started us, perhaps with a shell between; undefined when there is none to be found. */
async function ancestorNpm(parent: number): Promise<number | undefined> {
  for (let pid = parent, step = 0; step < 3 && pid > 1; step += 1) {
    // Without `ps` only the parent is watched.
    const told = await run('ps', ['-o', 'ppid=,args=', '-p', String(pid)]).catch(() => undefined);
    const [, above, command] = /^\s*(\d+)\s+(.*)/.exec(told?.stdout ?? '') ?? [];
    if (above === undefined || command === undefined) return undefined;
    if (/^npm\b|npm-cli\.js/.test(command)) return pid;
    pid = Number(above);
  }
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
