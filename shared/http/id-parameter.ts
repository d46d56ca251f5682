/** Which id does a path carry? */
import { isId } from '#shared/stream/index.ts';
import type { HttpEvent } from './http-event.ts';
import type { Checked } from './schema-faults.ts';

export function idParameter({ pathParameters }: Pick<HttpEvent, 'pathParameters'>): Checked<string> {
  const id = pathParameters?.id ?? '';
  if (isId(id)) return { value: id };
  const message = 'An id has 1 to 128 characters of A-Z, a-z, 0-9, _, ., ~ and -.';
  return { faults: [{ path: 'id', code: 'invalid-id', message }] };
}
