/** The rules of a savings account: bookings never go back in time, and a withdrawal never exceeds the balance. */
import * as z from 'zod/mini';
import { accept, type Decider, type Decision, reject } from '#shared/aggregate/index.ts';
import type { AccountCommand } from './account.commands.ts';
import type { AccountEvent } from './account.events.ts';
import { interestOn } from './interest.ts';
import { retroactiveCorrection } from './ledger.ts';

const ledgerEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('money'), on: z.string(), amount: z.int() }),
  z.object({ kind: z.literal('interest'), on: z.string(), percent: z.number() }),
]);

const accountState = z.object({
  status: z.enum(['new', 'open', 'closed']),
  openedOn: z.string(),
  /** Day of the newest booking: bookings never go back in time. */
  lastEntryOn: z.string(),
  balance: z.int(),
  /** What the history is replayed from; corrections are left out, since the replayed interest holds them. */
  ledger: z.array(ledgerEntry),
});

type AccountState = z.infer<typeof accountState>;
type Data<What extends AccountCommand['what']> = Extract<AccountCommand, { what: What }>['data'];

function decide(command: AccountCommand, state: AccountState): Decision<AccountEvent> {
  if (command.what === 'open') return open(command.data, state);
  const refusal = refusalOfBooking(command.data.on, state);
  if (refusal !== undefined) return refusal;
  const decision = book(command, state);
  return decision.kind === 'accepted' && !Number.isSafeInteger(decision.events.reduce(evolve, state).balance)
    ? reject('balance-too-large', 'No account can hold that much: its balance would not be exact to the cent.')
    : decision;
}

function open({ owner, on }: Data<'open'>, { status }: AccountState): Decision<AccountEvent> {
  if (status !== 'new') return reject('account-already-open', 'This account has been opened before.');
  return accept([{ what: 'AccountOpened', data: { owner }, effectiveAt: on }]);
}

/** The rules that every booking on an open account keeps. */
function refusalOfBooking(on: string, { status, lastEntryOn }: AccountState) {
  if (status !== 'open') return reject('account-not-open', 'This account is not open.');
  if (on < lastEntryOn) {
    const detail = `The last entry is of ${lastEntryOn}; an entry of ${on} cannot follow it.`;
    return reject('date-before-last-entry', detail, { lastEntryOn });
  }
  return undefined;
}

function book(command: Exclude<AccountCommand, { what: 'open' }>, state: AccountState): Decision<AccountEvent> {
  const effectiveAt = command.data.on;
  switch (command.what) {
    case 'receive-payment':
      return accept([{ what: 'PaymentReceived', data: { amount: command.data.amount }, effectiveAt }]);
    case 'receive-premium':
      return accept([{ what: 'PremiumReceived', data: { amount: command.data.amount }, effectiveAt }]);
    case 'pay-interest': {
      const { percent } = command.data;
      return accept([
        { what: 'InterestPaid', data: { percent, amount: interestOn(state.balance, percent) }, effectiveAt },
      ]);
    }
    case 'withdraw':
      return withdraw(command.data, state);
    case 'receive-retroactive-payment':
      return receiveRetroactivePayment(command.data, state);
    case 'close':
      if (state.balance !== 0) {
        return reject('balance-not-zero', 'Only an account whose balance is zero can be closed.', {
          balance: state.balance,
        });
      }
      return accept([{ what: 'AccountClosed', data: {}, effectiveAt }]);
  }
}

function withdraw({ amount, on }: Data<'withdraw'>, { balance }: AccountState): Decision<AccountEvent> {
  if (amount > balance) {
    return reject('insufficient-funds', `The balance is ${balance} cents; ${amount} cannot be withdrawn.`, { balance });
  }
  return accept([{ what: 'MoneyWithdrawn', data: { amount }, effectiveAt: on }]);
}

function receiveRetroactivePayment(
  { amount, effectiveOn, on }: Data<'receive-retroactive-payment'>,
  { openedOn, ledger }: AccountState,
): Decision<AccountEvent> {
  if (effectiveOn >= on)
    return reject('not-retroactive', `${effectiveOn} is not before ${on}; receive an ordinary payment.`);
  if (effectiveOn < openedOn) {
    return reject('before-opening', `The account was opened on ${openedOn}, after ${effectiveOn}.`, { openedOn });
  }
  return accept([
    { what: 'RetroactivePaymentReceived', data: { amount, bookedOn: on }, effectiveAt: effectiveOn },
    {
      what: 'RetroactiveCorrectionApplied',
      data: { amount: retroactiveCorrection(ledger, { amount, effectiveOn }), paymentEffectiveOn: effectiveOn },
      effectiveAt: on,
    },
  ]);
}

function evolve(state: AccountState, event: AccountEvent): AccountState {
  const on = event.effectiveAt;
  switch (event.what) {
    case 'AccountOpened':
      return { ...state, status: 'open', openedOn: on, lastEntryOn: on };
    case 'PaymentReceived':
    case 'PremiumReceived':
      return booked(state, on, event.data.amount, { kind: 'money', on, amount: event.data.amount });
    case 'InterestPaid':
      return booked(state, on, event.data.amount, { kind: 'interest', on, percent: event.data.percent });
    case 'MoneyWithdrawn':
      return booked(state, on, -event.data.amount, { kind: 'money', on, amount: -event.data.amount });
    case 'RetroactivePaymentReceived':
      return booked(state, event.data.bookedOn, event.data.amount, { kind: 'money', on, amount: event.data.amount });
    case 'RetroactiveCorrectionApplied':
      return { ...state, balance: state.balance + event.data.amount, lastEntryOn: on };
    case 'AccountClosed':
      return { ...state, status: 'closed', lastEntryOn: on };
  }
}

const booked = (
  state: AccountState,
  lastEntryOn: string,
  amount: number,
  entry: AccountState['ledger'][number],
): AccountState => ({ ...state, lastEntryOn, balance: state.balance + amount, ledger: [...state.ledger, entry] });

export const account: Decider<AccountState, AccountCommand, AccountEvent> = {
  initialState: { status: 'new', openedOn: '', lastEntryOn: '', balance: 0, ledger: [] },
  decide,
  evolve,
  stateSchema: accountState,
};
