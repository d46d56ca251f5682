/** As whom a function acts, and what its thread is given to check its requests with. */
import type { CheckedService } from './denial.ts';
import type { PolicyStatement } from './evaluate-policies.ts';
import type { KnownResources } from './function-request.ts';

export type FunctionRights = {
  /** The ARN of the session. */
  readonly caller: string;
  readonly roleArn: string;
  /** Where the template has the role, for a person. */
  readonly role: string;
  readonly statements: readonly PolicyStatement[];
  readonly here: KnownResources;
};

export type ConnectionGuard = {
  readonly rights: FunctionRights;
  /** By host and port. */
  readonly services: Readonly<Record<string, CheckedService>>;
};
