/** The tracing header of one invocation, as Lambda's runtime shows it to the function. */
import { randomBytes } from 'node:crypto';

/** As X-Ray's: the second of the start and a random number, the calling segment, and that nothing is recorded. */
export function newTraceHeader(at: Date): string {
  const second = Math.floor(at.getTime() / 1000).toString(16);
  return `Root=1-${second}-${hex(12)};Parent=${hex(8)};Sampled=0`;
}

const hex = (bytes: number) => randomBytes(bytes).toString('hex');
