/** What is asked for in a run, by a few clients at once: commands of all contexts, accepted and refused, and how large the parts are. */
import { createDraws } from './draws.ts';
import type { ContextSettings } from './simulated-context.ts';

export type PlannedCommand = {
  /** Tells it from all others of the plan, also when some of them are left out. */
  readonly number: number;
  /** Each client sends its commands one after the other. */
  readonly client: number;
  readonly context: 'accounts' | 'organizations' | 'parcels';
  readonly category: string;
  readonly id: string;
  readonly what: string;
  readonly data: unknown;
  /** Without one nobody sends it again. */
  readonly hasCommandId: boolean;
  /** Copies that are sent at the same time. */
  readonly copies: number;
  readonly pauseMs: number;
};

/** An event that a projection cannot apply until it is mended. */
export type Poison = {
  readonly projection: string;
  readonly stream: string;
  readonly version: number;
  /** False while a deployment is under way: some environments run code that can apply it. */
  readonly everywhere: boolean;
};

export type Plan = {
  readonly commands: readonly PlannedCommand[];
  readonly settings: ContextSettings;
  readonly poison: Poison | undefined;
  /** How often faults happen, beside what is usual. */
  readonly intensity: number;
  /** How long there are faults once all commands are sent. */
  readonly faultyMinutes: number;
};

const CLIENTS = 3;
const ACCOUNTS = ['1', '2'];
const TRANSFERS = ['1', '2', '3'];
const OWNERS = ['Ada', 'Bob'];
const DAYS = ['2026-01-01', '2026-01-02', '2026-01-03'];
const ORGANIZATIONS = ['1', '2'];
const PEOPLE = ['1', '2'];
const PARCELS = ['1', '2'];
const PLACES = ['A', 'B'];
/** The longest have more search entries than one write takes. */
const NAMES = [
  'Basket Lummen',
  'BASKET  LUMMEN',
  'Lumen',
  'Alphabet Botanical Chocolate Dinosaur Elephant Firework Grandfather',
  'Abundance Bluebird Countryside Dandelion Evergreen Foundation Grapefruit',
];
const CONTACT = { email: 'a@example.com', address: { street: 'Kerkstraat', number: 9, zipcode: 3560, city: 'Lummen' } };

type Asked = Pick<PlannedCommand, 'context' | 'category' | 'id' | 'what' | 'data'>;

/** When a run begins. */
export const START = Date.parse('2026-01-05T00:00:00.000Z');

export function randomPlan(seed: number): Plan {
  const draws = createDraws(seed);
  const share = () => draws.share('plan');
  const pick = <Thing>(things: readonly Thing[]): Thing => things[Math.floor(share() * things.length)] as Thing; // one of them
  const upTo = (most: number) => 1 + Math.floor(share() * most);

  const booking = (): Asked => {
    const asked = { context: 'accounts', category: 'account', id: pick(ACCOUNTS) } as const;
    const on = pick(DAYS);
    const [what, data] = pick<readonly [string, object]>([
      ['open', { owner: pick(OWNERS), on: '2026-01-01' }],
      ['receive-payment', { amount: upTo(100), on }],
      ['receive-premium', { amount: upTo(100), on }],
      ['withdraw', { amount: upTo(60), on }],
      ['withdraw', { amount: upTo(60), on }],
      ['pay-interest', { percent: 10, on }],
      ['receive-retroactive-payment', { amount: upTo(100), effectiveOn: '2026-01-01', on: '2026-01-03' }],
      ['close', { on }],
    ]);
    return { ...asked, what, data };
  };
  const transferring = (): Asked => {
    const asked = { context: 'accounts', category: 'transfer', id: pick(TRANSFERS) } as const;
    const [from = '', to = ''] = share() < 0.5 ? ACCOUNTS : ACCOUNTS.toReversed();
    const confirmBy = new Date(START + upTo(20 * 60) * 1_000).toISOString();
    const requested = { from, to: share() < 0.1 ? 'nobody' : to, amount: upTo(60), on: pick(DAYS) };
    const [what, data] = pick<readonly [string, object]>([
      ['request', requested],
      ['request', requested],
      ['request', { ...requested, confirmBy }],
      ['confirm', {}],
      ['retry-refund', { on: '2026-01-03' }],
    ]);
    return { ...asked, what, data };
  };
  const entry = (): Asked => {
    const isPerson = share() < 0.4;
    const about = isPerson
      ? ({ context: 'organizations', category: 'person', id: pick(PEOPLE) } as const)
      : ({ context: 'organizations', category: 'organization', id: pick(ORGANIZATIONS) } as const);
    const name = pick(NAMES);
    const [what, data] = pick<readonly [string, object]>([
      ['register', isPerson ? { name } : { name, contactDetails: CONTACT }],
      ['rename', { name }],
      ['rename', { name }],
      isPerson ? ['add-contact-details', { phone: String(upTo(3)) }] : ['add-member', { personId: pick(PEOPLE) }],
    ]);
    return { ...about, what, data };
  };
  const scan = () => {
    const [scanId, at] = [`scan-${upTo(12)}`, `2026-01-01T12:0${upTo(9)}:00.000Z`];
    return share() < 0.5
      ? { scanId, what: 'LoadedOntoTruck', at, truckId: pick(PLACES) }
      : { scanId, what: 'ReceivedAtDepot', at, depotId: pick(PLACES) };
  };
  const scanning = (): Asked => {
    // The largest have more history than one write takes.
    const scans = Array.from({ length: share() < 0.03 ? 100 : upTo(3) }, (_, index) =>
      index < 3 ? scan() : { ...scan(), scanId: `of-many-${index}` },
    );
    return { context: 'parcels', category: 'parcel', id: pick(PARCELS), what: 'record-scans', data: { scans } };
  };
  const opening: Asked[] = [
    { context: 'accounts', category: 'account', id: '1', what: 'open', data: { owner: 'Ada', on: '2026-01-01' } },
    {
      context: 'organizations',
      category: 'organization',
      id: '1',
      what: 'register',
      data: { name: pick(NAMES), contactDetails: CONTACT },
    },
  ];
  // Long histories have snapshots in them.
  const length = share() < 0.04 ? 90 : 4 + upTo(14);
  const isOneSided = length > 50;
  const money = () => (share() < 0.6 ? booking() : transferring());
  const any = () => (share() < 0.55 ? money() : share() < 0.6 ? entry() : scanning());
  const asked = [...opening, ...Array.from({ length }, () => (isOneSided ? money() : any()))];
  const commands = asked.map((one, number) => ({
    ...one,
    number,
    client: Math.floor(share() * CLIENTS),
    hasCommandId: share() < 0.9,
    copies: share() < 0.1 ? 2 : 1,
    pauseMs: share() < 0.5 ? 0 : Math.round(share() * 20_000),
  }));
  const poison = pick<Omit<Poison, 'everywhere'>>([
    { projection: 'summary', stream: 'account-1', version: upTo(4) },
    { projection: 'statement', stream: 'account-1', version: upTo(4) },
    { projection: 'directory', stream: 'organization-1', version: upTo(3) },
    { projection: 'tracking', stream: 'parcel-1', version: upTo(4) },
  ]);
  return {
    commands,
    settings: { shards: upTo(3), feedPartitions: upTo(2), batch: pick([2, 5, 100]), page: pick([1, 2, 100]) },
    poison: share() < 0.3 ? { ...poison, everywhere: share() < 0.5 } : undefined,
    intensity: pick([0.3, 1, 1, 2.5]),
    faultyMinutes: pick([0, 0, 4, 8]),
  };
}
