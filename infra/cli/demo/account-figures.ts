/**
 * What happens to the savings account of the demo, whose history changes in retrospect, and what must come out, to the cent.
 */
export type Step = {
  readonly command: string;
  readonly body: Readonly<Record<string, unknown> & { readonly on: string }>;
};

/** Of a statement or a timeline, newest first. Amounts and totals are in cents. */
export type AccountLine = {
  readonly on: string;
  readonly label: string;
  readonly amount: number;
  readonly total: number;
};

const interest = (on: string): Step => ({ command: 'pay-interest', body: { percent: 1, on } });
const premium = (on: string): Step => ({ command: 'receive-premium', body: { amount: 150_00, on } });

/** Opened with a payment; 150.00 premium on the 1st and 1 % interest on the 28th of each month. */
export const ordinaryMonths: readonly Step[] = [
  { command: 'open', body: { owner: 'Savings demo', on: '2017-04-01' } },
  { command: 'receive-payment', body: { amount: 1_000_00, on: '2017-04-01' } },
  interest('2017-04-28'),
  premium('2017-05-01'),
  interest('2017-05-28'),
  premium('2017-06-01'),
  interest('2017-06-28'),
  premium('2017-07-01'),
  interest('2017-07-28'),
  premium('2017-08-01'),
  interest('2017-08-28'),
];

/** Of which everybody learns too late. */
export const latePayment = { amount: 500_00, effectiveOn: '2017-06-11' };

/** The payment turns up on 29 August; then the months go on. */
export const changeInRetrospect: readonly Step[] = [
  { command: 'receive-retroactive-payment', body: { ...latePayment, on: '2017-08-29' } },
  premium('2017-09-01'),
  interest('2017-09-28'),
];

const line = (on: string, label: string, amount: number, total: number): AccountLine => ({ on, label, amount, total });
const INTEREST = '1% Interest paid out';
const PREMIUM = 'Premium received';

/** Newest first, as a statement has them. */
export const statementBefore: readonly AccountLine[] = [
  line('2017-08-28', INTEREST, 16_50, 1_666_17),
  line('2017-08-01', PREMIUM, 150_00, 1_649_67),
  line('2017-07-28', INTEREST, 14_85, 1_499_67),
  line('2017-07-01', PREMIUM, 150_00, 1_484_82),
  line('2017-06-28', INTEREST, 13_22, 1_334_82),
  line('2017-06-01', PREMIUM, 150_00, 1_321_60),
  line('2017-05-28', INTEREST, 11_60, 1_171_60),
  line('2017-05-01', PREMIUM, 150_00, 1_160_00),
  line('2017-04-28', INTEREST, 10_00, 1_010_00),
  line('2017-04-01', 'Payment received', 1_000_00, 1_000_00),
  line('2017-04-01', 'Account opened', 0, 0),
];

export const statementAfter: readonly AccountLine[] = [
  line('2017-09-28', INTEREST, 23_31, 2_354_63),
  line('2017-09-01', PREMIUM, 150_00, 2_331_32),
  line('2017-08-29', 'Retro Correction 11-06', 15_15, 2_181_32),
  line('2017-08-29', 'Retro Payment 11-06', 500_00, 2_166_17),
  ...statementBefore,
];

/** The payment and the interest that it would have earned. */
export const difference = 515_15;

/** In force on 28 August: the payment in its place, and every interest since as if it had been there. */
export const inForceBefore: readonly AccountLine[] = inForce('Retro Payment 11-06');

/** The same with a payment that nobody made. */
export const supposedBefore: readonly AccountLine[] = inForce('Payment received');

function inForce(payment: string): AccountLine[] {
  return [
    line('2017-08-28', INTEREST, 21_60, 2_181_32),
    line('2017-08-01', PREMIUM, 150_00, 2_159_72),
    line('2017-07-28', INTEREST, 19_90, 2_009_72),
    line('2017-07-01', PREMIUM, 150_00, 1_989_82),
    line('2017-06-28', INTEREST, 18_22, 1_839_82),
    line('2017-06-11', payment, 500_00, 1_821_60),
    ...statementBefore.filter(({ on }) => on <= '2017-06-01'),
  ];
}
