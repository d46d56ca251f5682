/** What can be asked of a savings account. Money is an integer number of cents; dates are `YYYY-MM-DD`. */
import * as z from 'zod/mini';
import type { CommandOf } from '#shared/aggregate/index.ts';

/** Ten billion in whole money: far above any account, and thousands of them still add up exactly in a number. */
const MAXIMUM_CENTS = 1_000_000_000_000;

export const date = z.iso.date();
export const amount = z.int().check(z.positive(), z.maximum(MAXIMUM_CENTS));
/** Up to four decimals, so that interest can be worked out exactly. */
const percent = z.number().check(z.minimum(0.0001), z.maximum(100), z.multipleOf(0.0001));
const owner = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));

export const accountCommands = {
  open: { meaning: 'Open an account.', schema: z.strictObject({ owner, on: date }) },
  'receive-payment': { meaning: 'Book a payment.', schema: z.strictObject({ amount, on: date }) },
  'receive-premium': { meaning: 'Book the periodic premium.', schema: z.strictObject({ amount, on: date }) },
  'pay-interest': {
    meaning: 'Pay a percentage of the balance as interest.',
    schema: z.strictObject({ percent, on: date }),
  },
  withdraw: { meaning: 'Withdraw money, up to the balance.', schema: z.strictObject({ amount, on: date }) },
  'receive-retroactive-payment': {
    meaning: 'Book a payment that counts from an earlier day, with the interest that it would have earned.',
    schema: z.strictObject({ amount, effectiveOn: date, on: date }),
  },
  close: { meaning: 'Close an account whose balance is zero.', schema: z.strictObject({ on: date }) },
};

export type AccountCommand = CommandOf<typeof accountCommands>;
