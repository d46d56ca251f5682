/** A port that cannot be had is told with the way out. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from '../../../../infra/local/engine/loopback.ts';

it('gives a free port as it is, and another for 0', async () => {
  const port = await freePort(0, 'PORT');
  expect(port).toBeGreaterThan(0);
  expect(await freePort(port, 'PORT')).toBe(port);
});

it.each(['127.0.0.1', '0.0.0.0'])('says which setting to change when a port is taken on %s', async (host) => {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  await expect(freePort(port, 'EVENTBRIDGE_PORT')).rejects.toThrow(
    new RegExp(`^Port ${port} is in use\\. .* EVENTBRIDGE_PORT=\\d+ npm start$`),
  );
  server.close();
});
