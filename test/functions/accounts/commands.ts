/** The commands of an account, as tests say them. */
import type { AccountCommand } from '../../../functions/accounts/account.commands.ts';

export const open: AccountCommand = { what: 'open', data: { owner: 'Ann', on: '2017-01-01' } };

export const payment = (amount: number, on: string): AccountCommand => ({
  what: 'receive-payment',
  data: { amount, on },
});
export const premium = (amount: number, on: string): AccountCommand => ({
  what: 'receive-premium',
  data: { amount, on },
});
export const interest = (percent: number, on: string): AccountCommand => ({
  what: 'pay-interest',
  data: { percent, on },
});
export const withdraw = (amount: number, on: string): AccountCommand => ({ what: 'withdraw', data: { amount, on } });
export const retroactive = (amount: number, effectiveOn: string, on: string): AccountCommand => ({
  what: 'receive-retroactive-payment',
  data: { amount, effectiveOn, on },
});
export const close = (on: string): AccountCommand => ({ what: 'close', data: { on } });
