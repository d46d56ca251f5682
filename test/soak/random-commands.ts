/** Commands by chance, the same for a seed: they meet on few streams, want the same names, and many are refused. */
export type SoakCommand = {
  /** Idempotency key. */
  readonly key: string;
  readonly stream: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Sent twice at once, as by a person who clicks twice. */
  readonly twice?: boolean;
};

type Random = () => number;

/** Mulberry32: small, and good enough to choose with. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Shape = {
  readonly weight: number;
  readonly of: 'account' | 'organization' | 'person' | 'parcel' | 'transfer';
  readonly name: string;
  /** `other` is the id of any stream. */
  readonly body: (pick: (below: number) => number, names: number, other: () => string) => SoakCommand['body'];
};

const on = '2026-02-01';
const address = { street: 'Kerkstraat', number: 9, zipcode: 3560, city: 'Lummen' };
const amount = (pick: (below: number) => number) => 1 + pick(50_000);
/** Two spellings of each name are the same name. */
const organizationName = (pick: (below: number) => number, names: number) =>
  `${pick(2) === 0 ? 'Basket' : 'BASKET'} club ${pick(names)}`;
const personName = (pick: (below: number) => number) => `Ann ${['Peeters', 'Janssens', 'Maes'][pick(3)]} ${pick(9)}`;

/** Some are duplicates, and most come late. */
const scan = (pick: (below: number) => number) => {
  const [scanId, minutes, place] = [`scan-${pick(60)}`, String(pick(60)).padStart(2, '0'), pick(4)];
  const at = `2026-01-01T12:${minutes}:00Z`;
  return pick(2) === 0
    ? { scanId, what: 'LoadedOntoTruck', at, truckId: `T${place}` }
    : { scanId, what: 'ReceivedAtDepot', at, depotId: `D${place}` };
};
const scans = (pick: (below: number) => number) => ({ scans: Array.from({ length: 1 + pick(4) }, () => scan(pick)) });

const FIRST: Readonly<Record<Shape['of'], Shape>> = {
  account: {
    weight: 4,
    of: 'account',
    name: 'open',
    body: (pick) => ({ owner: `Owner ${pick(4)}`, on: '2026-01-01' }),
  },
  organization: {
    weight: 4,
    of: 'organization',
    name: 'register',
    body: (pick, names) => ({
      name: organizationName(pick, names),
      contactDetails: { email: 'info@basketlummen.be', address },
    }),
  },
  person: { weight: 3, of: 'person', name: 'register', body: (pick) => ({ name: personName(pick) }) },
  parcel: { weight: 12, of: 'parcel', name: 'scans', body: scans },
  transfer: {
    weight: 10,
    of: 'transfer',
    name: 'request',
    body: (pick, _, other) => ({ from: other(), to: other(), amount: amount(pick), on }),
  },
};

const SHAPES: readonly Shape[] = [
  ...Object.values(FIRST),
  { weight: 28, of: 'account', name: 'receive-payment', body: (pick) => ({ amount: amount(pick), on }) },
  { weight: 4, of: 'account', name: 'receive-premium', body: (pick) => ({ amount: amount(pick), on }) },
  { weight: 5, of: 'account', name: 'pay-interest', body: (pick) => ({ percent: 1 + pick(3), on }) },
  { weight: 10, of: 'account', name: 'withdraw', body: (pick) => ({ amount: amount(pick), on }) },
  {
    weight: 6,
    of: 'account',
    name: 'receive-retroactive-payment',
    body: (pick) => ({ amount: amount(pick), effectiveOn: '2026-01-15', on }),
  },
  { weight: 2, of: 'account', name: 'close', body: () => ({ on }) },
  { weight: 7, of: 'organization', name: 'rename', body: (pick, names) => ({ name: organizationName(pick, names) }) },
  { weight: 4, of: 'organization', name: 'add-member', body: (pick) => ({ personId: `p${pick(20)}` }) },
  { weight: 4, of: 'person', name: 'rename', body: (pick) => ({ name: personName(pick) }) },
  { weight: 2, of: 'person', name: 'add-contact-details', body: (pick) => ({ phone: `011 ${pick(100)}` }) },
];

const TOTAL = SHAPES.reduce((sum, { weight }) => sum + weight, 0);
const COLLECTIONS = {
  account: 'accounts',
  organization: 'organizations',
  person: 'people',
  parcel: 'parcels',
  transfer: 'transfers',
} as const;

export function randomCommands(seed: number, count: number): SoakCommand[] {
  const random = seeded(seed);
  const pick = (below: number) => Math.floor(random() * below);
  // Few enough that clients meet on them, and enough that the last message of some is lost.
  const streams = Math.max(6, Math.ceil(count / 12));
  const begun = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const shape = chosen(pick(TOTAL));
    const id = `s${seed}-${pick(shape.of === 'account' ? streams : Math.ceil(streams / 2))}`;
    const stream = `${shape.of}-${id}`;
    // Nearly every stream begins as it should, lest most commands be refused.
    const { name, body } = begun.has(stream) || pick(10) === 0 ? shape : FIRST[shape.of];
    begun.add(stream);
    return {
      key: `soak-${seed}-${index}`,
      stream,
      path: `/${COLLECTIONS[shape.of]}/${id}/${name}`,
      body: body(pick, streams, () => `s${seed}-${pick(streams)}`),
      twice: pick(10) === 0,
    };
  });
}

function chosen(at: number): Shape {
  let left = at;
  for (const shape of SHAPES) {
    if (left < shape.weight) return shape;
    left -= shape.weight;
  }
  throw new Error(`${at} is not below ${TOTAL}`);
}
