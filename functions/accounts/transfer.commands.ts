/** What can be asked of a transfer; how it ends, its process says. */
import * as z from 'zod/mini';
import type { CommandOf } from '#shared/aggregate/index.ts';
import { isId } from '#shared/event/index.ts';
import { cents, day } from './amounts.ts';

const account = z.string().check(z.refine(isId, 'An id has 1 to 128 characters of A-Z, a-z, 0-9, _, ., ~ and -.'));
const because = z.strictObject({ reason: z.string() });

export const transferCommands = {
  request: {
    meaning: 'Ask for money to go from one account to another, if it is confirmed in time when a time is given.',
    schema: z.strictObject({
      from: account,
      to: account,
      amount: cents,
      on: day,
      confirmBy: z.optional(z.iso.datetime()),
    }),
  },
  confirm: { meaning: 'Confirm a transfer that waits for it.', schema: z.strictObject({}) },
  'retry-refund': {
    meaning: 'Give the money of a stuck transfer back once more, on another day.',
    schema: z.strictObject({ on: day }),
  },
  complete: { meaning: 'The money has arrived.', schema: z.strictObject({}), isInternal: true },
  fail: { meaning: 'The money is where it was.', schema: because, isInternal: true },
  'get-stuck': { meaning: 'The money cannot be given back.', schema: because, isInternal: true },
};

export type TransferCommand = CommandOf<typeof transferCommands>;
