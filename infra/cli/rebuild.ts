/** `npm run rebuild -- --context accounts --projection summary` fills a raised version beside the active one, and activates it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { eventDefinitions } from '#shared/catalog/index.ts';
import { hintFeed } from '#shared/edge/schedule/index.ts';
import { categoryOf } from '#shared/event/index.ts';
import { createDynamoDbEventStore, createDynamoDbLogSegments } from '#shared/event-store/dynamodb/index.ts';
import { createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader, cursorText } from '#shared/feed/index.ts';
import { createDynamoDbProjectionVersions } from '#shared/projection/dynamodb/index.ts';
import {
  ACTIVE_FOR_MS,
  type AnyProjection,
  activateVersion,
  allParked,
  compareVersions,
  compareWithLog,
  fillVersion,
  followFeed,
  isFilled,
  type ProjectionVersions,
  type RebuildPorts,
} from '#shared/projection/index.ts';
import { findQueryTable, findTables, itemCount } from './find-tables.ts';
import { progressBar } from './progress-bar.ts';
import { chosenContext, chosenProjection, isAgreed, openDynamoDb, runTool } from './run-tool.ts';

const USAGE = `npm run rebuild -- --context <name> --projection <name>
  --activate               activate what was filled before, without filling; refused while it is incomplete
  --compare                fold every stream of the log and compare it with its row and entries; nothing is written
  --rollback               make the version active again that was active before
  --drop-old               delete the rows and entries of all versions but the active one
  --force                  activate although streams are parked in the new version
  --stage <name>           of a deployment that has one
  --yes                    without asking
It fills the version of this checkout, goes on where it was interrupted, and follows what happens meanwhile. Queries go on.
DYNAMODB_ENDPOINT chooses a running DynamoDB Local, as npm start prints its address; without it, the account of your AWS credentials.
Ends with 0 when it is done, 1 when it is not and why, 2 when the input is not understood or nobody answers.`;

const options = {
  context: { type: 'string' },
  projection: { type: 'string' },
  stage: { type: 'string' },
  activate: { type: 'boolean', default: false },
  compare: { type: 'boolean', default: false },
  rollback: { type: 'boolean', default: false },
  'drop-old': { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Rebuild = {
  readonly projection: AnyProjection;
  readonly versions: ProjectionVersions;
  readonly ports: RebuildPorts;
  readonly isAgreed: (question: string) => Promise<boolean>;
  /** As far as the service knows. */
  readonly commits: () => Promise<number>;
};

const clock = () => new Date();

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const chosen = (['activate', 'compare', 'rollback', 'drop-old'] as const).filter((name) => values[name]);
  if (chosen.length > 1) throw new Error(`Say one of ${chosen.map((name) => `--${name}`).join(' and ')}.`);
  const context = chosenContext(values.context);
  const projection = chosenProjection(context, values.projection);
  const search = { context: context.name, stage: values.stage };
  const client = openDynamoDb();
  const { events, feed } = await findTables(client, search);
  const queryTable = await findQueryTable(client, { ...search, kind: 'projection', name: projection.name });
  const versions = createDynamoDbProjectionVersions({ client, table: queryTable });
  const definitions = eventDefinitions(context);
  const reader = createFeedReader({ table: createDynamoDbFeedTable({ client, table: feed }) });
  const rebuild: Rebuild = {
    projection,
    versions,
    ports: {
      table: versions.table(projection.version),
      store: createDynamoDbEventStore({ client, table: events, events: definitions }),
      log: createDynamoDbLogSegments({
        client,
        table: events,
        events: definitions,
        streams: (stream) => projection.categories.includes(categoryOf(stream)),
      }),
      feed: hintFeed(reader),
      feedHead: async () => cursorText(await reader.head()),
      clock,
      pause: sleep,
    },
    isAgreed: async (question) => values.yes || (await isAgreed(question)),
    commits: () => itemCount(client, events),
  };
  switch (chosen[0]) {
    case 'compare':
      return compareLog(rebuild);
    case 'rollback':
      return rollBack(rebuild);
    case 'drop-old':
      return dropOld(rebuild);
    case 'activate':
      return activate(rebuild, values.force);
    default:
      return fillAndActivate(rebuild, values.force);
  }
}

async function fillAndActivate(rebuild: Rebuild, force: boolean): Promise<number> {
  const { projection, versions, ports } = rebuild;
  const { name, version } = projection;
  const recorded = await versions.readActive();
  if (recorded !== undefined && recorded.active >= version) {
    const raise = 'Raise the version in its file to rebuild it; --compare checks it.';
    const older = 'Versions only rise: raise that of this checkout above it, or go back with --rollback.';
    console.log(
      `Version ${recorded.active} of ${name} is active already. ${recorded.active === version ? raise : older}`,
    );
    return recorded.active === version ? 0 : 1;
  }
  const bar = progressBar(`${name} v${version}`, await rebuild.commits(), process.stderr);
  await fillVersion(ports, projection, bar.add);
  bar.end();
  console.log(`Version ${version} of ${name} is filled.`);
  return activate(rebuild, force);
}

/** Follows the feed up to now, tells what is different, and activates when nothing is in the way. */
async function activate({ projection, versions, ports, isAgreed }: Rebuild, force: boolean): Promise<number> {
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
  if (!(await isFilled(ports.table))) return refuse('it is not filled to its end. Go on without --activate.');
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
  if (!(await activateVersion(versions, version, clock))) return refuse('another was activated meanwhile. Try again.');
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

async function compareLog({ projection, versions, ports, commits }: Rebuild): Promise<number> {
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

async function rollBack({ projection: { name }, versions, isAgreed }: Rebuild): Promise<number> {
  const from = await versions.readActive();
  if (from?.previous === undefined) {
    console.log(`There is no version of ${name} to go back to${from === undefined ? '' : ` from ${from.active}`}.`);
    return 1;
  }
  if (!(await isAgreed(`Answer lists of ${name} from version ${from.previous} again?`))) return 1;
  const to = { active: from.previous, previous: from.active, at: clock().toISOString() };
  if (!(await versions.writeActive({ from, to })))
    throw new Error('Somebody else has changed it meanwhile. Try again.');
  console.log(`Version ${to.active} of ${name} is active again.`);
  return 0;
}

/** Functions look every {@link ACTIVE_FOR_MS}; so long they may still answer from what was active before. */
const GRACE_MS = 2 * ACTIVE_FOR_MS;

async function dropOld({ projection: { name }, versions, isAgreed }: Rebuild): Promise<number> {
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

await runTool(main);
