/** A server before another one: it reads every request whole and passes it on, but for what it answers itself. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

export type ForwardingServer = { readonly url: string; stop(): Promise<void> };

/** `answers` sees every request first; with `true` it has answered it. */
export async function forwardingServer(
  target: string,
  answers: (incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse) => boolean,
): Promise<ForwardingServer> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer); // a request without an encoding gives buffers
    const body = Buffer.concat(chunks);
    if (answers(incoming, body, outgoing)) return;
    const { method, headers, url: path = '/' } = incoming;
    const passed = request(new URL(path, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    passed.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${Object(server.address()).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
