/** AWS clients in tests use region and credentials as a function finds them in its environment, made up. */
import { vi } from 'vitest';

/** Call before the first client of a file sends its first request. */
export function stubAwsEnvironment(): void {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'LOCAL');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'LOCAL');
}
