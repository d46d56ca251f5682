/** Servers of the local cloud listen for this machine only, and end at once. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

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
