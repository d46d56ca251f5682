/** `functions/projections.lock.json` notes what every version of a projection means, so that a change without a raise is seen. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import type { AnyProjection } from '#shared/projection/index.ts';
import { eventExamples } from './event-examples.ts';
import { changesOf, type Meaning, meaningOf } from './projection-meaning.ts';

/** `replaces` is the version before, as long as it may be active somewhere. */
export type NotedProjection = { readonly version: number; readonly replaces?: number; readonly means: Meaning };

/** By context and projection: `accounts/summary`. */
export type ProjectionLock = Readonly<Record<string, NotedProjection>>;

const FILE = 'functions/projections.lock.json';
const PATH = join(import.meta.dirname, '..', '..', FILE);

export const readLock = (): ProjectionLock => (existsSync(PATH) ? JSON.parse(readFileSync(PATH, 'utf8')) : {});
export const writeLock = (lock: ProjectionLock): void => writeFileSync(PATH, `${JSON.stringify(lock, undefined, 2)}\n`);

/** With the examples that the tests keep. */
export const currentMeaning = (context: ContextCatalog, projection: AnyProjection): Meaning =>
  meaningOf(context, projection, eventExamples(context));

/** One line each: an error keeps from deploying, a warning says what is to be done afterwards. */
export type LockNote = { readonly kind: 'error' | 'warning'; readonly context: string; readonly line: string };

export const lockNotes = (contexts: readonly ContextCatalog[], lock: ProjectionLock): LockNote[] =>
  contexts.flatMap((context) =>
    context.projections.flatMap((projection) =>
      projectionNotes(context, projection, lock).map((note) => ({ ...note, context: context.name })),
    ),
  );

const ACCEPT = 'npm run projections:accept';

export function projectionNotes(
  context: ContextCatalog,
  projection: AnyProjection,
  lock: ProjectionLock,
): Omit<LockNote, 'context'>[] {
  const { name, version } = projection;
  const noted = lock[`${context.name}/${name}`];
  const rebuild = `npm run rebuild -- --context ${context.name} --projection ${name}`;
  const error = (line: string) => [{ kind: 'error', line } as const];
  const warning = (line: string) => [{ kind: 'warning', line } as const];
  if (noted === undefined) return error(`${FILE} does not know the projection ${name} of ${context.name}: ${ACCEPT}.`);
  if (version < noted.version) {
    return error(
      `Version ${version} of ${name} is older than ${noted.version}, which ${FILE} notes: versions only rise.`,
    );
  }
  if (version > noted.version) {
    return warning(
      `Version ${version} of ${name} replaces ${noted.version}: ${rebuild}, before or after it is deployed. Lists are of version ${noted.version} until then. ${ACCEPT} notes it.`,
    );
  }
  const changes = changesOf(noted.means, currentMeaning(context, projection));
  if (changes.length > 0) {
    return error(
      `The projection ${name} of ${context.name} is another than the version ${version} that ${FILE} notes: ${changes.join(', ')}. Raise its version, then ${rebuild}; or, if its rows and entries mean the same as before, ${ACCEPT}.`,
    );
  }
  if (noted.replaces === undefined) return [];
  return warning(
    `Version ${version} of ${name} replaces ${noted.replaces}: ${rebuild}, wherever that is not done yet. ${ACCEPT} -- --rebuilt when it is done everywhere.`,
  );
}

/** What is to be noted of the projections as they are; `rebuilt`: no version is left that another one replaces. */
export function acceptedLock(
  contexts: readonly ContextCatalog[],
  lock: ProjectionLock,
  { rebuilt = false }: { readonly rebuilt?: boolean } = {},
): ProjectionLock {
  const entries = contexts.flatMap((context) =>
    context.projections.map((projection) => {
      const key = `${context.name}/${projection.name}`;
      const { version } = projection;
      const noted = lock[key];
      const before = noted !== undefined && noted.version < version ? noted.version : noted?.replaces;
      const replaces = rebuilt || before === undefined ? {} : { replaces: before };
      return [key, { version, ...replaces, means: currentMeaning(context, projection) }] as const;
    }),
  );
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
