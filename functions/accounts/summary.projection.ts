/** Whose account it is and what is on it; under the owner, all that are not closed. */
import * as z from 'zod/mini';
import type { RecordedEvent } from '#shared/event/index.ts';
import { change, defineProjection, defineQuery } from '#shared/projection/index.ts';
import { type AccountEvent, accountEvents } from './account.events.ts';

type Summary = { readonly owner: string; readonly status: 'open' | 'closed'; readonly balance: number };
type OwnedAccount = { readonly id: string; readonly balance: number };

const ofOwner = (owner: string) => `owner#${owner}`;

const idOf = ({ stream }: RecordedEvent['context']) => stream.slice('account-'.length);

function listed(row: Summary, { context }: RecordedEvent) {
  const value: OwnedAccount = { id: idOf(context), balance: row.balance };
  return change(row, { put: [{ key: ofOwner(row.owner), sort: value.id, value }] });
}

const moved = (sign: 1 | -1) => (row: Summary, event: RecordedEvent<string, { readonly amount: number }>) =>
  listed({ ...row, balance: row.balance + sign * event.data.amount }, event);

const owner = z.object({ owner: z.string().check(z.minLength(1), z.maxLength(200)) });

export const summary = defineProjection<Summary, AccountEvent>({
  name: 'summary',
  version: 1,
  categories: ['account'],
  events: accountEvents,
  initialRow: { owner: '', status: 'open', balance: 0 },
  on: {
    AccountOpened: (row, event) => listed({ ...row, owner: event.data.owner }, event),
    PaymentReceived: moved(1),
    PremiumReceived: moved(1),
    InterestPaid: moved(1),
    MoneyWithdrawn: moved(-1),
    RetroactivePaymentReceived: moved(1),
    RetroactiveCorrectionApplied: moved(1),
    AccountClosed: (row, { context }) =>
      change({ ...row, status: 'closed' }, { remove: [{ key: ofOwner(row.owner), sort: idOf(context) }] }),
  },
  queries: [
    defineQuery<Summary>({
      path: '/accounts/{id}',
      meaning: 'An account with its owner, status and balance.',
      answer: ({ row: { owner, status, balance }, version }, { id }) => ({ id, owner, status, balance, version }),
    }),
    defineQuery<undefined, z.infer<typeof owner>>({
      path: '/owners/{owner}/accounts',
      meaning: 'The accounts of an owner that are not closed, by id, with the sum of those listed.',
      parameters: owner,
      list: ({ owner }) => ({ key: ofOwner(owner), limit: 1_000 }),
      answer: ({ entries, next, continued }, { owner }) => {
        const accounts = entries.map(({ value }) => value as OwnedAccount); // put by this projection alone
        if (accounts.length === 0 && next === null && !continued) return undefined;
        const total = accounts.reduce((sum, { balance }) => sum + balance, 0);
        return { owner, total, accounts, ...(next !== null && { next }) };
      },
    }),
  ],
});
