/** What can happen to a savings account. Money is an integer number of cents; `effectiveAt` is the business date. */
import * as z from 'zod/mini';
import type { EventOf } from '#shared/event/index.ts';

const cents = z.int();

export const accountEvents = {
  AccountOpened: { meaning: 'An account was opened for its owner.', schema: z.object({ owner: z.string() }) },
  PaymentReceived: { meaning: 'A payment came in.', schema: z.object({ amount: cents }) },
  PremiumReceived: { meaning: 'The periodic premium came in.', schema: z.object({ amount: cents }) },
  InterestPaid: {
    meaning: 'Interest was paid: a percentage of the balance on that day, rounded half up to the cent.',
    schema: z.object({ percent: z.number(), amount: cents }),
  },
  MoneyWithdrawn: { meaning: 'Money was withdrawn.', schema: z.object({ amount: cents }) },
  RetroactivePaymentReceived: {
    meaning: 'A payment of an earlier day was recorded. It counts from that day; `bookedOn` is the day in the books.',
    schema: z.object({ amount: cents, bookedOn: z.string() }),
  },
  RetroactiveCorrectionApplied: {
    meaning: 'The interest that a retroactive payment would have earned since its day was added.',
    schema: z.object({ amount: cents, paymentEffectiveOn: z.string() }),
  },
  AccountClosed: { meaning: 'The account was closed.', schema: z.object({}) },
};

/** Every event of an account has a business date, `YYYY-MM-DD`. */
export type AccountEvent = EventOf<typeof accountEvents> & { readonly effectiveAt: string };
