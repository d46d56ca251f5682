/** What can happen to a transfer of money between two accounts. `effectiveAt` is the business date. */
import * as z from 'zod/mini';
import type { EventOf } from '#shared/event/index.ts';

const because = z.object({ reason: z.string() });

export const transferEvents = {
  TransferRequested: {
    meaning:
      'Somebody wants money to go from one account to another; with `confirmBy` it waits for a confirmation till then.',
    schema: z.object({
      from: z.string(),
      to: z.string(),
      amount: z.int(),
      on: z.string(),
      confirmBy: z.optional(z.string()),
    }),
  },
  TransferConfirmed: { meaning: 'The transfer was confirmed.', schema: z.object({}) },
  TransferCompleted: { meaning: 'The money has arrived.', schema: z.object({}) },
  TransferFailed: { meaning: 'The money is where it was; `reason` is a code.', schema: because },
  TransferStuck: {
    meaning: 'The money was withdrawn and cannot be given back: somebody must see to it.',
    schema: because,
  },
  RefundRequested: {
    meaning: 'Somebody has seen to it: the money is to be given back on that day.',
    schema: z.object({ on: z.string() }),
  },
};

export type TransferEvent = EventOf<typeof transferEvents>;
