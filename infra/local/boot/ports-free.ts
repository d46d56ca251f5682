/** Can the ports be had that a local run was told to use? */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { anyFreePort } from './any-free-port.ts';

/** The setting that names a port, as a person would change it. */
export type PortSetting = 'PORT' | 'EVENTBRIDGE_PORT';

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
