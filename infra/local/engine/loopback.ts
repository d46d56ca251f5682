/**
 * Servers listen for this machine only, on ports that are asked for first, so that one that is taken is told with the
 * way out.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';

/** Listens on a port, or on a free one for 0, and gives the address. Rejects with the system's error (EADDRINUSE). */
export async function listenOnLoopback(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo; // the form it has for a server that listens on a TCP port
  return `http://127.0.0.1:${taken}`;
}

/** Ends open connections too. Safe to repeat. */
export async function stopServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** The setting that names a port, as a person would change it. */
export type PortSetting = 'PORT' | `PORT_${string}` | 'EVENTBRIDGE_PORT';

/** Gives the port, or any free one for 0. Throws one line that says how to choose another when it is taken. */
export async function freePort(port: number, setting: PortSetting): Promise<number> {
  if (port === 0) return anyFreePort();
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    throw portProblem(error, port, setting);
  }
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The system's refusal of a port as one line for a person; other errors as they are. */
export function portProblem(error: unknown, port: number, setting: PortSetting): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const another = port < 65_535 ? port + 1 : port - 1;
  const advice = `Stop what uses it, or choose another port: ${setting}=${another} npm start`;
  if (code === 'EADDRINUSE') return new Error(`Port ${port} is in use. ${advice}`, { cause: error });
  if (code === 'EACCES')
    return new Error(`Port ${port} needs more rights than you have. Choose another: ${setting}=3000 npm start`, {
      cause: error,
    });
  return error;
}

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
