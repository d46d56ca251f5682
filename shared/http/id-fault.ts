/** What is said of an id in a path that is not one? */
import type { Fault } from './problem.ts';

export const idFault: Fault = {
  path: 'id',
  code: 'invalid-id',
  message: 'An id has 1 to 128 characters of A-Z, a-z, 0-9, _, ., ~ and -.',
};
