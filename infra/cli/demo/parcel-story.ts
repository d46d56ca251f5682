/** A parcel whose scans come late, twice and out of order: each is written first, and what all of them mean is read out of them. */
import { type DemoClient, STRONG } from './demo-client.ts';
import { arrivals, historyInOrder, type Place, type Scan } from './parcel-figures.ts';
import type { Story } from './story-teller.ts';

type Parcel = {
  readonly status: string;
  readonly settled: boolean;
  readonly history: readonly {
    readonly scanId: string;
    readonly what: string;
    readonly at: string;
    readonly late: boolean;
  }[];
};

/** For how long no scan may come until the parcel counts as settled: short, so that nobody waits for the end. */
const SETTLE_SECONDS = 2;

export const parcelStory: Story = async ({ client, teller, run }) => {
  const id = `demo-${run}`;
  const parcel = async () => (await client.get<Parcel>(`/parcels/${id}`, STRONG)).body;

  teller.chapter(`The scans of parcel ${id} as they come in, and what is known after them`);
  const rows: string[][] = [];
  const found: Omit<(typeof arrivals)[number], 'scans'>[] = [];
  const known = new Set<string>();
  for (const { scans } of arrivals) {
    const sent = scans.map((scan) => ofThisRun(scan, run));
    const { body, token } = await client.send<{ accepted: number; duplicates: number }>(`/parcels/${id}/scans`, {
      scans: sent,
    });
    const { status, history } = await parcel();
    const heldBy = await listsWith(client, id, run, token);
    const { accepted, duplicates } = body;
    found.push({ accepted, duplicates, status, heldBy });
    for (const [index, scan] of scans.entries()) {
      const late = history.some(({ scanId, late }) => scanId === scan.scanId && late);
      const news = known.has(scan.scanId) ? 'again' : late ? 'late' : '';
      known.add(scan.scanId);
      const isLast = index === scans.length - 1;
      rows.push([...scanCells(scan), news, ...(isLast ? [spaced(status), heldBy.join(', ')] : [])]);
    }
  }
  teller.table(['Scan', 'At', 'What it says', '', 'Status', 'In the lists of'], rows);
  const expected = arrivals.map(({ scans: _, ...known }) => known);
  teller.check('each answer, status and list is right, whatever came before', found, expected);

  teller.chapter('What was recorded, by the times of the scans');
  const { history } = await parcel();
  const lines = history.map((line) => [line.scanId, timeOf(line.at), spaced(line.what), line.late ? 'late' : '']);
  teller.table(['Scan', 'At', 'What it says', ''], lines);
  teller.check(
    'every scan is there once, in its place',
    history.map(({ scanId, what, late }) => [scanId, what, late]),
    historyInOrder,
  );

  teller.chapter('Until no more scans are expected');
  teller.check('right after a scan it is not settled', (await parcel()).settled, false);
  teller.say(`  … after ${SETTLE_SECONDS} s without one (two minutes, unless ?settle= says otherwise)`);
  const path = `/parcels/${id}?settle=${SETTLE_SECONDS}`;
  const settled = await client.until<Parcel>('a settled parcel', path, ({ body }) => body.settled);
  teller.check('it is settled, and delivered', settled.status, 'Delivered');
  return `parcel-${id}`;
};

const PLACES: readonly Place[] = [
  { kind: 'depot', name: 'D1' },
  { kind: 'truck', name: 'T1' },
  { kind: 'truck', name: 'T2' },
];

/** Other runs have other trucks and depots, so that their parcels are in other lists. */
const placeId = (name: string, run: string) => `${name}-${run}`;

function ofThisRun(scan: Scan, run: string): Scan {
  switch (scan.what) {
    case 'ReceivedAtDepot':
      return { ...scan, depotId: placeId(scan.depotId, run) };
    case 'LoadedOntoTruck':
      return { ...scan, truckId: placeId(scan.truckId, run) };
    default:
      return scan;
  }
}

/** The token says which scans the lists must have taken in. */
async function listsWith(client: DemoClient, id: string, run: string, token: string): Promise<string[]> {
  const lists = await Promise.all(
    PLACES.map(async ({ kind, name }) => {
      const path = `/${kind}s/${placeId(name, run)}/parcels`;
      const { body } = await client.get<{ parcels: string[] }>(path, { 'consistency-token': token });
      return body.parcels.includes(id) ? [name] : [];
    }),
  );
  return lists.flat();
}

function scanCells(scan: Scan): string[] {
  const place = 'depotId' in scan ? ` ${scan.depotId}` : 'truckId' in scan ? ` ${scan.truckId}` : '';
  return [scan.scanId, timeOf(scan.at), `${spaced(scan.what)}${place}`];
}

const timeOf = (at: string) => at.slice('2016-10-12T'.length, -1);

/** `LoadedOntoTruck` as people write it. */
const spaced = (what: string) => what.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
