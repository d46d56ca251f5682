/** What a person does with a version that is filled: compares and activates it, goes back, drops what is old. Each gives an exit code. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ACTIVE_FOR_MS,
  type AnyProjection,
  activateVersion,
  allParked,
  compareVersions,
  compareWithLog,
  fillingOf,
  followFeed,
  type ProjectionVersions,
  type RebuildPorts,
} from '#shared/projection/index.ts';
import { progressBar } from './progress-bar.ts';

export type Rebuild = {
  readonly projection: AnyProjection;
  readonly versions: ProjectionVersions;
  readonly ports: RebuildPorts;
  /** Why this code is not what its version is known to be; in a line. */
  readonly changed: string | undefined;
  readonly isAgreed: (question: string) => Promise<boolean>;
  /** As far as the service knows. */
  readonly commits: () => Promise<number>;
};

/** Why this code neither fills nor activates its version: rows of two meanings would stand side by side. */
export async function refusal({
  changed,
  ports,
}: {
  readonly changed: string | undefined;
  readonly ports: Pick<RebuildPorts, 'table' | 'meaning'>;
}): Promise<string | undefined> {
  if (changed !== undefined) return changed;
  if ((await fillingOf(ports)) !== 'of-other-code') return undefined;
  return 'what there is of it was made by code that makes something else of events. Raise its version, or go on with that code.';
}

/** Follows the feed up to now, tells what is different, and activates when nothing is in the way. */
export async function activate(rebuild: Rebuild, force: boolean): Promise<number> {
  const { projection, versions, ports, isAgreed } = rebuild;
  const { name, version } = projection;
  const recorded = await versions.readActive();
  if (recorded !== undefined && recorded.active >= version) {
    console.log(`Version ${recorded.active} of ${name} is active already.`);
    return recorded.active === version ? 0 : 1;
  }
  const refuse = (why: string) => {
    console.log(`Version ${version} of ${name} is not activated: ${why}`);
    return 1;
  };
  const why = await refusal(rebuild);
  if (why !== undefined) return refuse(why);
  if ((await fillingOf(ports)) !== 'filled') return refuse('it is not filled to its end. Go on without --activate.');
  const behind = await followFeed(ports, projection);
  if (behind > 0)
    return refuse(`${behind} streams do not reach what was fed of them. npm run verify tells what is damaged.`);
  const parked = await allParked(ports.table);
  for (const { stream, version: at, error } of parked.slice(0, MAXIMUM_LINES)) {
    console.log(`  ${stream} is parked at version ${at}: ${error}`);
  }
  if (parked.length > 0 && !force) {
    return refuse(`${parked.length} streams are parked in it. Mend it and npm run redrive, or activate with --force.`);
  }
  if (recorded !== undefined) await tellDifferences(versions, { here: version, there: recorded.active });
  if (!(await isAgreed(`Answer lists of ${name} from version ${version}?`))) return refuse('go on with --activate.');
  await followFeed(ports, projection);
  if (!(await activateVersion(versions, version, ports.clock)))
    return refuse('another was activated meanwhile. Try again.');
  console.log(`Version ${version} of ${name} is active.${recorded === undefined ? '' : ' --rollback goes back.'}`);
  return 0;
}

const MAXIMUM_LINES = 20;

async function tellDifferences(versions: ProjectionVersions, both: { readonly here: number; readonly there: number }) {
  const { rows, entries, examples } = await compareVersions(versions, both);
  for (const [what, { equal, different, onlyHere, onlyThere }] of Object.entries({ rows, entries })) {
    console.log(
      `${what}: ${equal} equal, ${different} different, ${onlyHere} only in version ${both.here}, ${onlyThere} only in version ${both.there}`,
    );
  }
  for (const example of examples) console.log(`  ${example}`);
}

export async function compareLog({ projection, versions, ports, commits }: Rebuild): Promise<number> {
  const bar = progressBar(projection.name, await commits(), process.stderr);
  const told = await compareWithLog({ ...ports, versions }, projection, bar.add);
  bar.end();
  const { streams, different, behind, parked, examples } = told;
  console.log(
    `${projection.name} v${projection.version}: ${streams} streams, ${different} different, ${behind} behind the log, ${parked} parked`,
  );
  for (const example of examples) console.log(`  ${example}`);
  return different + behind === 0 ? 0 : 1;
}

export async function rollBack({ projection: { name }, versions, ports, isAgreed }: Rebuild): Promise<number> {
  const from = await versions.readActive();
  if (from?.previous === undefined) {
    console.log(`There is no version of ${name} to go back to${from === undefined ? '' : ` from ${from.active}`}.`);
    return 1;
  }
  if (!(await isAgreed(`Answer lists of ${name} from version ${from.previous} again?`))) return 1;
  const to = { active: from.previous, previous: from.active, at: ports.clock().toISOString() };
  if (!(await versions.writeActive({ from, to })))
    throw new Error('Somebody else has changed it meanwhile. Try again.');
  console.log(`Version ${to.active} of ${name} is active again.`);
  return 0;
}

/** Functions look every {@link ACTIVE_FOR_MS}; so long they may still answer from what was active before. */
const GRACE_MS = 2 * ACTIVE_FOR_MS;

export async function dropOld({ projection: { name }, versions, isAgreed }: Rebuild): Promise<number> {
  const from = await versions.readActive();
  if (from === undefined) {
    console.log(`No version of ${name} is recorded as active yet: the reconciler does it once it has found all there.`);
    return 1;
  }
  const question = `Delete all versions of ${name} but ${from.active}? No deployed code may have an older one.`;
  if (!(await isAgreed(question))) return 1;
  const { previous: _, ...to } = from;
  // Nobody goes back to what is half deleted.
  if (!(await versions.writeActive({ from, to })))
    throw new Error('Somebody else has changed it meanwhile. Try again.');
  await sleep(Math.max(0, Date.parse(from.at) + GRACE_MS - Date.now()));
  const items = await versions.dropAllBut(from.active);
  console.log(`${items} rows and entries deleted; version ${from.active} of ${name} is what is left.`);
  return 0;
}
