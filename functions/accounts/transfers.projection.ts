/** How a transfer stands. */

import { toStreamId } from '#shared/event/index.ts';
import { defineProjection, defineQuery } from '#shared/projection/index.ts';
import { type TransferEvent, transferEvents } from './transfer.events.ts';

type TransferRow = {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
  readonly on: string;
  readonly status: 'awaiting-confirmation' | 'in-progress' | 'completed' | 'failed' | 'stuck';
  readonly reason: string | null;
};

export const transfers = defineProjection<TransferRow, TransferEvent>({
  name: 'transfers',
  version: 1,
  categories: ['transfer'],
  events: transferEvents,
  initialRow: { from: '', to: '', amount: 0, on: '', status: 'in-progress', reason: null },
  on: {
    TransferRequested: (row, { data: { from, to, amount, on, confirmBy } }) => ({
      ...row,
      from,
      to,
      amount,
      on,
      status: confirmBy === undefined ? 'in-progress' : 'awaiting-confirmation',
    }),
    TransferConfirmed: (row) => ({ ...row, status: 'in-progress' }),
    TransferCompleted: (row) => ({ ...row, status: 'completed' }),
    TransferFailed: (row, { data: { reason } }) => ({ ...row, status: 'failed', reason }),
    TransferStuck: (row, { data: { reason } }) => ({ ...row, status: 'stuck', reason }),
    RefundRequested: (row) => ({ ...row, status: 'in-progress', reason: null }),
  },
  queries: [
    defineQuery<TransferRow>({
      path: '/transfers/{id}',
      meaning: 'A transfer with its status, and why it failed.',
      stream: ({ id }) => toStreamId('transfer', id),
      answer: ({ row: { from, to, amount, on, status, reason }, version }, { id }) => ({
        id,
        from,
        to,
        amount,
        on,
        status,
        reason,
        version,
      }),
    }),
  ],
});
