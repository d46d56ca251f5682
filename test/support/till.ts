/** The aggregate of the kit's own tests is a till: money in and out, and a name that is unique. */
import * as z from 'zod/mini';
import {
  accept,
  type CommandOf,
  type Decider,
  type Decision,
  defineAggregate,
  reject,
  unique,
} from '#shared/aggregate/index.ts';
import type { EventOf } from '#shared/event/index.ts';

const amount = z.int();

export const tillEvents = {
  MoneyIn: { meaning: 'Money was put in.', schema: z.object({ amount, memo: z.optional(z.string()) }) },
  MoneyOut: { meaning: 'Money was taken out.', schema: z.object({ amount }) },
  Named: { meaning: 'The till got a name, or lost it.', schema: z.object({ name: z.nullable(z.string()) }) },
};

const tillCommands = {
  deposit: { meaning: 'Put money in.', schema: z.object({ amount, memo: z.optional(z.string()) }) },
  withdraw: { meaning: 'Take money out, up to the balance.', schema: z.object({ amount }) },
  'deposit-coins': { meaning: 'Put so many coins of 1 in, each for itself.', schema: z.object({ coins: z.int() }) },
  empty: { meaning: 'Take out all there is.', schema: z.object({}), onConflict: 'fail' as const },
  rename: { meaning: 'Give the till a name that no other has.', schema: z.object({ name: z.string() }) },
  unname: { meaning: 'Free the name.', schema: z.object({}) },
};

export type TillEvent = EventOf<typeof tillEvents>;
export type TillCommand = CommandOf<typeof tillCommands>;

const tillState = z.object({
  balance: z.int(),
  name: z.nullable(z.string()),
  /** Whatever was noted with deposits: makes the state as large as a test likes. */
  memos: z.array(z.string()),
});

export type TillState = z.infer<typeof tillState>;

const nameOf = (name: string) => unique('till-name', name);

function decide(command: TillCommand, { balance, name }: TillState): Decision<TillEvent> {
  switch (command.what) {
    case 'deposit':
      return accept([{ what: 'MoneyIn', data: command.data }]);
    case 'deposit-coins':
      return accept(Array.from({ length: command.data.coins }, () => ({ what: 'MoneyIn', data: { amount: 1 } })));
    case 'withdraw':
      if (command.data.amount > balance) return reject('insufficient', 'There is less in the till.', { balance });
      return accept([{ what: 'MoneyOut', data: { amount: command.data.amount } }]);
    case 'empty':
      return accept(balance === 0 ? [] : [{ what: 'MoneyOut', data: { amount: balance } }]);
    case 'rename': {
      const wanted = command.data.name;
      if (wanted === name) return accept([]);
      return accept([{ what: 'Named', data: { name: wanted } }], {
        claims: [{ unique: nameOf(wanted), refusal: reject('name-taken', 'Another till has this name.') }],
        releases: name === null ? [] : [nameOf(name)],
      });
    }
    case 'unname':
      if (name === null) return reject('nameless', 'The till has no name.');
      return accept([{ what: 'Named', data: { name: null } }], { releases: [nameOf(name)] });
  }
}

function evolve(state: TillState, event: TillEvent): TillState {
  switch (event.what) {
    case 'MoneyIn': {
      const { amount: more, memo } = event.data;
      return { ...state, balance: state.balance + more, memos: memo ? [...state.memos, memo] : state.memos };
    }
    case 'MoneyOut':
      return { ...state, balance: state.balance - event.data.amount };
    case 'Named':
      return { ...state, name: event.data.name };
  }
}

export const tillDecider: Decider<TillState, TillCommand, TillEvent> = {
  initialState: { balance: 0, name: null, memos: [] },
  decide,
  evolve,
  stateSchema: tillState,
};

/** `decider` replaces parts of the till's own, such as its `stateRevision`. */
export const tillAggregate = (decider: Partial<Decider<TillState, TillCommand, TillEvent>> = {}) =>
  defineAggregate({
    category: 'till',
    collection: 'tills',
    commands: tillCommands,
    events: tillEvents,
    decider: { ...tillDecider, ...decider },
  });
