/**
 * The money of a transfer is withdrawn at one account and received at the other; when it is not, it goes back. No transaction
 * holds both accounts: each step is a command that its account may refuse, and a refusal is answered by the step that makes up
 * for it.
 */
import * as z from 'zod/mini';
import { defineProcessManager } from '#shared/process-manager/index.ts';
import { type TransferEvent, transferEvents } from './transfer.events.ts';

const transferring = z.object({
  step: z.enum([
    'new',
    'waiting',
    'withdrawing',
    'paying',
    'refunding',
    'completing',
    'failing',
    'getting-stuck',
    'stuck',
  ]),
  id: z.string(),
  from: z.string(),
  to: z.string(),
  amount: z.int(),
  on: z.string(),
  /** Why the money goes back. */
  reason: z.string(),
});

type State = z.infer<typeof transferring>;
type Sent = 'withdraw' | 'pay' | 'refund' | 'complete' | 'fail' | 'get-stuck';

const idOf = (stream: string) => stream.slice('transfer-'.length);

export const transferProcess = defineProcessManager<State, TransferEvent, Sent>({
  name: 'transferring',
  meaning: 'Sees a transfer through: withdraws, pays, and gives back what cannot be paid.',
  categories: ['transfer'],
  events: transferEvents,
  initialState: { step: 'new', id: '', from: '', to: '', amount: 0, on: '', reason: '' },
  stateSchema: transferring,
  processOf: ({ context }) => idOf(context.stream),

  on: {
    TransferRequested(state, { context, data: { confirmBy, ...requested } }) {
      if (state.step !== 'new') return { state };
      const begun = { ...state, ...requested, id: idOf(context.stream) };
      if (confirmBy === undefined) return withdraw(begun);
      return { state: { ...begun, step: 'waiting' }, deadlines: [{ set: 'confirmation', at: confirmBy }] };
    },
    TransferConfirmed: (state) =>
      state.step === 'waiting' ? { ...withdraw(state), deadlines: [{ cancel: 'confirmation' }] } : { state },
    // It may come before the answer to the command that has told of being stuck.
    RefundRequested: (state, { data: { on } }) =>
      state.step === 'stuck' || state.step === 'getting-stuck' ? refund({ ...state, on }, state.reason) : { state },
  },

  deadlines: {
    confirmation: (state) => (state.step === 'waiting' ? fail(state, 'not-confirmed') : { state }),
  },

  sends: {
    withdraw: {
      category: 'account',
      what: 'withdraw',
      answered: (state, answer) => (answer.kind === 'rejected' ? fail(state, answer.code) : pay(state)),
    },
    pay: {
      category: 'account',
      what: 'receive-payment',
      answered: (state, answer) => (answer.kind === 'rejected' ? refund(state, answer.code) : complete(state)),
    },
    refund: {
      category: 'account',
      what: 'receive-payment',
      answered: (state, answer) => (answer.kind === 'rejected' ? getStuck(state) : fail(state, state.reason)),
    },
    complete: { category: 'transfer', what: 'complete', answered: (state) => ({ state, done: true }) },
    fail: { category: 'transfer', what: 'fail', answered: (state) => ({ state, done: true }) },
    'get-stuck': {
      category: 'transfer',
      what: 'get-stuck',
      answered: (state) => ({ state: state.step === 'getting-stuck' ? { ...state, step: 'stuck' } : state }),
    },
  },
});

/** A step, with the command that it waits for; the money is that of the transfer, on its day. */
const moved = (step: State['step'], command: Sent, id: string, state: State) => ({
  state: { ...state, step },
  send: [{ command, id, data: { amount: state.amount, on: state.on } }],
});

const withdraw = (state: State) => moved('withdrawing', 'withdraw', state.from, state);
const pay = (state: State) => moved('paying', 'pay', state.to, state);
const refund = (state: State, reason: string) => moved('refunding', 'refund', state.from, { ...state, reason });

const fail = (state: State, reason: string) => told({ ...state, reason, step: 'failing' }, 'fail', { reason });
const complete = (state: State) => told({ ...state, step: 'completing' }, 'complete', {});
const getStuck = (state: State) => told({ ...state, step: 'getting-stuck' }, 'get-stuck', { reason: state.reason });

/** The transfer itself is told how it has ended. */
const told = (state: State, command: Sent, data: object) => ({ state, send: [{ command, id: state.id, data }] });
