/** Which port is free, and will still be when it is used a little later? */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems hand out by themselves (from 32,768), so that no connection takes it in the meantime. */
const LOWEST = 15_000;
const HIGHEST = 32_000;

const MAXIMUM_TRIES = 100;

/** A port of the loopback interface that nobody listens on. By chance, so that two who ask at once get different ones. */
export async function anyFreePort(): Promise<number> {
  for (let tries = 0; tries < MAXIMUM_TRIES; tries += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
  throw new Error(`None of ${MAXIMUM_TRIES} ports between ${LOWEST} and ${HIGHEST} is free.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}
