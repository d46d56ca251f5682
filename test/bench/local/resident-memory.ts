/** The memory that a process and all its descendants hold, pages that they share counted once where the system can tell. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

type Process = { readonly pid: number; readonly parent: number; readonly residentKb: number };

/** In MB, of 10^6 bytes. */
export type Memory = {
  readonly all: number;
  /** Of them, what the descendants hold. */
  readonly descendants: number;
};

export async function residentMemory(root: number): Promise<Memory> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=']);
  const every = stdout
    .trim()
    .split('\n')
    .map((row): Process => {
      const [pid = 0, parent = 0, residentKb = 0] = row.trim().split(/\s+/).map(Number);
      return { pid, parent, residentKb };
    });
  const pids = [root];
  for (const pid of pids) pids.push(...every.filter(({ parent }) => parent === pid).map((child) => child.pid));
  let [all, descendants] = [0, 0];
  for (const { pid, residentKb } of every.filter((process) => pids.includes(process.pid))) {
    const megabytes = (((await sharedOut(pid)) ?? residentKb) * 1_024) / 1e6;
    all += megabytes;
    if (pid !== root) descendants += megabytes;
  }
  return { all, descendants };
}

/** On Linux, the proportional set size in KB: a page that several processes share counts for each of them in part. */
async function sharedOut(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const kb = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1];
  return kb === undefined ? undefined : Number(kb);
}

const EVERY_MS = 500;

/** The most that was held while the work was done, looked at twice a second, and at its end. */
export async function mostResident(root: number, work: Promise<unknown>): Promise<Memory> {
  let most: Memory = { all: 0, descendants: 0 };
  const look = async () => {
    const memory = await residentMemory(root);
    if (memory.all > most.all) most = memory;
  };
  let working = true;
  const finished = work.finally(() => {
    working = false;
  });
  while (working) {
    await look();
    await Promise.race([finished, sleep(EVERY_MS)]);
  }
  await look();
  return most;
}
