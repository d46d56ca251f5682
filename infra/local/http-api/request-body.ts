/** How is the body of a request read without taking more than the gateway would? */
import type { IncomingMessage } from 'node:http';

/** API Gateway quotas: payload size 10 MB. */
export const BODY_LIMIT = 10 * 1024 * 1024;

/** `undefined` when the body is larger than the limit; then the rest of it is thrown away as it comes. Rejects when the client leaves. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) return discard(request);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > BODY_LIMIT) return discard(request);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function discard(request: IncomingMessage): undefined {
  // A connection closed on a client that still sends would take the answer with it.
  request.resume();
}
