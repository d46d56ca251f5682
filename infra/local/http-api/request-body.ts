/** How is the body of a request read without taking more than the gateway would? */
import type { IncomingMessage } from 'node:http';

/** API Gateway quotas: payload size 10 MB. */
const BODY_LIMIT = 10 * 1024 * 1024;

/**
 * `undefined` as soon as the body is known to be over the limit. What still comes of it is thrown away: a connection
 * closed on a client that still sends would take the answer with it. Rejects when the client leaves.
 */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
    else resolve(undefined);
  });
  request.on('end', () => resolve(Buffer.concat(chunks)));
  request.on('error', reject);
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) resolve(undefined);
  return promise;
}
