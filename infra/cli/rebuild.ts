/** `npm run rebuild -- --context accounts --projection summary` fills a raised version beside the active one, and activates it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { eventDefinitions } from '#shared/catalog/index.ts';
import { hintFeed } from '#shared/edge/schedule/index.ts';
import { categoryOf, jsonDigest } from '#shared/event/index.ts';
import { createDynamoDbEventStore, createDynamoDbLogSegments } from '#shared/event-store/dynamodb/index.ts';
import { createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader, cursorText } from '#shared/feed/index.ts';
import { createDynamoDbProjectionVersions } from '#shared/projection/dynamodb/index.ts';
import { fillVersion } from '#shared/projection/index.ts';
import { currentMeaning, projectionNotes, readLock } from '../projection-lock/projection-lock.ts';
import { CONTEXT_USAGE, contextOptions, openContext } from './context-tool.ts';
import { findQueryTable, itemCount } from './find-tables.ts';
import { progressBar } from './progress-bar.ts';
import { chosenProjection, isAgreed, runTool } from './run-tool.ts';
import { activate, compareLog, dropOld, type Rebuild, refusal, rollBack } from './version-steps.ts';

const USAGE = `npm run rebuild -- --context <name> --projection <name>
  --activate               activate what was filled before, without filling; refused while it is incomplete
  --compare                fold every stream of the log and compare it with its row and entries; nothing is written
  --rollback               make the version active again that was active before
  --drop-old               delete the rows and entries of all versions but the active one
  --force                  activate although streams are parked in the new version
${CONTEXT_USAGE}
  --yes                    without asking
It fills the version of this checkout, goes on where it was interrupted, and follows what happens meanwhile. Queries go on.
DYNAMODB_ENDPOINT chooses a running DynamoDB Local, as npm start prints its address; without it, the account of your AWS credentials.
Ends with 0 when it is done, 1 when it is not and why, 2 when the input is not understood or nobody answers.`;

const options = {
  ...contextOptions,
  projection: { type: 'string' },
  activate: { type: 'boolean', default: false },
  compare: { type: 'boolean', default: false },
  rollback: { type: 'boolean', default: false },
  'drop-old': { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const chosen = (['activate', 'compare', 'rollback', 'drop-old'] as const).filter((name) => values[name]);
  if (chosen.length > 1) throw new Error(`Say one of ${chosen.map((name) => `--${name}`).join(' and ')}.`);
  const { context, stack, client, tables } = await openContext(values);
  const projection = chosenProjection(context, values.projection);
  const queryTable = await findQueryTable(client, { stack, kind: 'projection', name: projection.name });
  const versions = createDynamoDbProjectionVersions({ client, table: queryTable });
  const definitions = eventDefinitions(context);
  const reader = createFeedReader({ table: createDynamoDbFeedTable({ client, table: tables.feed }) });
  const rebuild: Rebuild = {
    projection,
    versions,
    ports: {
      table: versions.table(projection.version),
      store: createDynamoDbEventStore({ client, table: tables.events, events: definitions }),
      log: createDynamoDbLogSegments({
        client,
        table: tables.events,
        events: definitions,
        streams: (stream) => projection.categories.includes(categoryOf(stream)),
      }),
      feed: hintFeed(reader),
      feedHead: async () => cursorText(await reader.head()),
      clock: () => new Date(),
      pause: sleep,
      meaning: jsonDigest(currentMeaning(context, projection)),
    },
    changed: projectionNotes(context, projection, readLock()).find(({ kind }) => kind === 'error')?.line,
    isAgreed: async (question) => values.yes || (await isAgreed(question)),
    commits: () => itemCount(client, tables.events),
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
  const why = await refusal(rebuild);
  if (why !== undefined) {
    console.log(`Version ${version} of ${name} is not filled: ${why}`);
    return 1;
  }
  const bar = progressBar(`${name} v${version}`, await rebuild.commits(), process.stderr);
  await fillVersion(ports, projection, bar.add);
  bar.end();
  console.log(`Version ${version} of ${name} is filled.`);
  return activate(rebuild, force);
}

await runTool(main);
