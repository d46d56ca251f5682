/** Under which tag is a state kept? Under a digest of its schema, so that a changed shape is a changed tag. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Decider } from '#shared/decider/index.ts';

type Described = Pick<Decider<unknown, never, never>, 'stateSchema' | 'stateRevision'>;

const known = new WeakMap<Described, string>();

/**
 * The same for the same schema in every process; computed once per decider. Throws when the schema describes what JSON cannot
 * hold, such as a Date: such a state would come back as another one.
 */
export function snapshotSchemaOf(decider: Described): string {
  const tag = known.get(decider) ?? digest(decider);
  known.set(decider, tag);
  return tag;
}

function digest({ stateSchema, stateRevision = 1 }: Described): string {
  const description = JSON.stringify(z.toJSONSchema(stateSchema, { io: 'output', unrepresentable: 'throw' }));
  return createHash('sha256').update(`${stateRevision} ${description}`).digest('base64url').slice(0, 12);
}
