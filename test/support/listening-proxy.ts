/** A proxy before DynamoDB that passes everything on and remembers who asked, by the caller's app id. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';

export type ListeningProxy = {
  readonly url: string;
  /** App ids. */
  readonly heard: ReadonlySet<string>;
  stop(): Promise<void>;
};

/** What the SDK adds to its user agent when AWS_SDK_UA_APP_ID is set. */
const APP_ID = /\bapp\/([\w.-]+)/;

/** `each` is told of every request before it is passed on. */
export async function listeningProxy(
  target: string,
  each: (operation: string) => void = () => {},
): Promise<ListeningProxy> {
  const heard = new Set<string>();
  const server = createServer((incoming, outgoing) => {
    each(String(incoming.headers['x-amz-target']).replace(/^.*\./, ''));
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const caller = APP_ID.exec(String(incoming.headers['user-agent']))?.[1];
      if (caller !== undefined) heard.add(caller);
      const { method, headers } = incoming;
      const passed = request(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on('error', () => outgoing.destroy());
      passed.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${Object(server.address()).port}`,
    heard,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
