/** Sixteen scanners on one parcel, and each on a parcel of its own: appends per second, as a ratio to bare puts on condition. */
import { randomUUID } from 'node:crypto';
import { createStateCache, dispatch } from '#shared/command/index.ts';
import { EVENTS_TABLE } from '#shared/dynamodb/index.ts';
import { system } from '#shared/edge/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import type { Scan } from '../../../functions/parcels/parcel.commands.ts';
import { parcelEvents } from '../../../functions/parcels/parcel.events.ts';
import { parcels } from '../../../functions/parcels/parcels.catalog.ts';
import { bareClient, kitClient, startBenchDatabase } from '../bench-database.ts';
import { type CountedClient, counted } from '../counted-client.ts';
import { figure, type Progress, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import { bareScanner } from './bare-scanner.ts';

const SCANNERS = 16;
const CELLS = [
  { name: 'one parcel', parcels: 1, scans: 10 },
  { name: 'sixteen parcels', parcels: SCANNERS, scans: 40 },
] as const;
/** The first only warms up. */
const ROUNDS = 6;

type Cell = (typeof CELLS)[number];
type Scanner = (id: string, scan: Scan) => Promise<void>;
type Turn = { readonly perSecond: number; readonly writes: number };

export async function* benchScanners(progress: Progress): AsyncGenerator<Section> {
  progress('starting DynamoDB Local');
  await using database = await startBenchDatabase();
  const [kit, bare] = [counted(kitClient(database.endpoint)), counted(bareClient(database.endpoint))];
  const kitTable = await database.table(EVENTS_TABLE, 'scanners-kit');
  const bareTable = await database.table(EVENTS_TABLE, 'scanners-bare');
  for (const cell of CELLS) {
    progress(`sixteen scanners on ${cell.name}`);
    const turns: { readonly kit: Turn; readonly bare: Turn }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const turn = {
        bare: () => scanAll(cell, bare, () => bareScanner(bare.client, bareTable)),
        kit: () => scanAll(cell, kit, () => kitScanner(kit, kitTable)),
      };
      // Each goes first as often as the other.
      const first = round % 2 === 0 ? await turn.bare() : undefined;
      const ofKit = await turn.kit();
      const ofBare = first ?? (await turn.bare());
      if (round > 0) turns.push({ kit: ofKit, bare: ofBare });
    }
    yield sectionOf(cell, turns);
  }
  kit.client.destroy();
  bare.client.destroy();
}

function sectionOf({ name, scans }: Cell, turns: readonly { readonly kit: Turn; readonly bare: Turn }[]): Section {
  const middle = (of: (turn: (typeof turns)[number]) => number) => median(turns.map(of));
  return {
    title: `Sixteen scanners on ${name}, ${SCANNERS * scans} scans, ${turns.length} times`,
    method: 'Each remembers for itself and sends its next scan when the last is recorded; kit and bare puts in turn.',
    figures: [
      figure(
        'appends per second, kit',
        middle(({ kit }) => kit.perSecond),
      ),
      figure(
        'appends per second, bare',
        middle(({ bare }) => bare.perSecond),
      ),
      figure(
        'ratio of neighbours',
        middle(({ kit, bare }) => kit.perSecond / bare.perSecond),
        { decimals: 2 },
      ),
      figure(
        'writes per scan, kit',
        middle(({ kit }) => kit.writes),
        { decimals: 2 },
      ),
      figure(
        'writes per scan, bare',
        middle(({ bare }) => bare.writes),
        { decimals: 2 },
      ),
    ],
  };
}

/** Every scanner sends its scans one after the other, to new parcels. */
async function scanAll(
  { parcels: count, scans }: Cell,
  { spent }: CountedClient,
  scanner: () => Scanner,
): Promise<Turn> {
  const ids = Array.from({ length: count }, () => randomUUID());
  spent();
  const from = performance.now();
  await Promise.all(
    Array.from({ length: SCANNERS }, async (_, index) => {
      const send = scanner();
      const id = ids[index % count] ?? '';
      for (let number = 0; number < scans; number += 1) await send(id, scanOf(`${index}.${number}`));
    }),
  );
  const seconds = (performance.now() - from) / 1_000;
  const { writes } = spent();
  const sent = SCANNERS * scans;
  return { perSecond: sent / seconds, writes: writes / sent };
}

const scanOf = (scanId: string): Scan => ({
  scanId,
  what: 'LoadedOntoTruck',
  at: new Date().toISOString(),
  truckId: 'T1',
});

/** As the command endpoint does it, without HTTP. Throws when a scan is not recorded. */
function kitScanner({ client }: CountedClient, table: string): Scanner {
  const store = createDynamoDbEventStore({ client, table, events: parcelEvents });
  const handling = { ...system(), store, cache: createStateCache() };
  return async (id, scan) => {
    const answer = await dispatch(handling, parcels.aggregates, {
      category: 'parcel',
      id,
      what: 'record-scans',
      data: { value: { scans: [scan] } },
      options: { value: { commandId: randomUUID() } },
      who: 'bench',
    });
    if (answer.kind === 'handled' && answer.outcome.kind === 'recorded') return;
    throw new Error(`a scan was answered ${JSON.stringify(answer)}`);
  };
}
