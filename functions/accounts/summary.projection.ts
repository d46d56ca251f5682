/** Whose account is it, and what is on it? */
import { defineProjection } from '#shared/projection/index.ts';
import { type AccountEvent, accountEvents } from './account.events.ts';

type Summary = { readonly owner: string; readonly status: 'open' | 'closed'; readonly balance: number };

const moved =
  (sign: 1 | -1) =>
  (row: Summary, { data }: { readonly data: { readonly amount: number } }): Summary => ({
    ...row,
    balance: row.balance + sign * data.amount,
  });

export const summary = defineProjection<Summary, AccountEvent>({
  name: 'summary',
  version: 1,
  category: 'account',
  events: accountEvents,
  initialRow: { owner: '', status: 'open', balance: 0 },
  on: {
    AccountOpened: (row, { data }) => ({ ...row, owner: data.owner }),
    PaymentReceived: moved(1),
    PremiumReceived: moved(1),
    InterestPaid: moved(1),
    MoneyWithdrawn: moved(-1),
    RetroactivePaymentReceived: moved(1),
    RetroactiveCorrectionApplied: moved(1),
    AccountClosed: (row) => ({ ...row, status: 'closed' }),
  },
  queries: [
    {
      path: '/accounts/{id}',
      meaning: 'An account with its owner, status and balance.',
      answer: ({ owner, status, balance }, { id, version }) => ({ id, owner, status, balance, version }),
    },
  ],
});
