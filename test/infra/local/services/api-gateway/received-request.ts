/** A request as it was read, for tests of what a function sees of one. */
import type { ReceivedRequest } from '../../../../../infra/local/services/api-gateway/payload-event.ts';

export function received(request: Partial<ReceivedRequest>): ReceivedRequest {
  return {
    method: 'GET',
    path: '/',
    query: '',
    protocol: 'HTTP/1.1',
    rawHeaders: ['Host', 'localhost:3000'],
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
    port: 3000,
    ...request,
  };
}
