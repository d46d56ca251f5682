import fc from 'fast-check';
import type { Precondition } from '#shared/command/index.ts';
import type { TillCommand } from '../../../support/till.ts';

export type Step = {
  /** Which of the streams. */
  readonly stream: number;
  readonly command: TillCommand;
  /** From a small pool, so that writers send copies of one command and different ones under one id. */
  readonly commandId: string | undefined;
  readonly precondition: Precondition | undefined;
};

/** Writers run at once; each sends its steps one after another. */
export type Plan = { readonly writers: readonly (readonly Step[])[] };

const NAMES = ['a', 'b'];

const command: fc.Arbitrary<TillCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('deposit'), data: fc.record({ amount: fc.nat(3) }) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('withdraw'), data: fc.record({ amount: fc.nat(3) }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('empty'), data: fc.constant({}) }) },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('rename'), data: fc.record({ name: fc.constantFrom(...NAMES) }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('unname'), data: fc.constant({}) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('deposit-coins'),
      data: fc.record({ coins: fc.constantFrom(2, 60, 101) }),
    }),
  },
);

const precondition: fc.Arbitrary<Precondition> = fc.oneof(
  fc.record({ kind: fc.constant('version'), version: fc.nat(4) }),
  fc.constantFrom<Precondition>({ kind: 'exists' }, { kind: 'new' }),
);

/** What a writer mostly sends under an id of the pool: copies of one command. */
const POOL: readonly (readonly [string, TillCommand])[] = [
  ['c0', { what: 'deposit', data: { amount: 1 } }],
  ['c1', { what: 'withdraw', data: { amount: 1 } }],
  ['c2', { what: 'rename', data: { name: 'a' } }],
];

const identified: fc.Arbitrary<Pick<Step, 'command' | 'commandId'>> = fc.oneof(
  { weight: 5, arbitrary: command.map((one) => ({ command: one, commandId: undefined })) },
  { weight: 4, arbitrary: fc.constantFrom(...POOL).map(([commandId, one]) => ({ command: one, commandId })) },
  { weight: 1, arbitrary: fc.record({ command, commandId: fc.constantFrom(...POOL.map(([id]) => id)) }) },
);

const step: fc.Arbitrary<Step> = fc
  .tuple(
    fc.nat(1),
    identified,
    fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: precondition }),
  )
  .map(([stream, what, condition]) => ({ stream, ...what, precondition: condition }));

export const plans: fc.Arbitrary<Plan> = fc.record({
  writers: fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 4 }),
});

/** Faults of requests in their order; after the last one everything goes well. */
export type Faults<Fault> = {
  readonly read: readonly (Fault | undefined)[];
  readonly write: readonly (Fault | undefined)[];
};

export const faultsOf = <Fault>(kinds: readonly Fault[]): fc.Arbitrary<Faults<Fault>> => {
  const mixed = (good: number, bad: number) =>
    fc.array(
      fc.oneof(
        { weight: good, arbitrary: fc.constant(undefined) },
        { weight: bad, arbitrary: fc.constantFrom(...kinds) },
      ),
      { maxLength: 30, size: 'large' },
    );
  return fc.record({ read: mixed(4, 1), write: mixed(1, 1) });
};

/** Gives the faults one after another. */
export function inTurn<Fault>({ read, write }: Faults<Fault>): (request: 'read' | 'write') => Fault | undefined {
  const left = { read: [...read], write: [...write] };
  return (request) => left[request].shift();
}
