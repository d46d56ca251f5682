/** What a process manager listens to, sends and waits for is there, or it is told before anything is deployed. */
import { expect, it } from 'vitest';
import { catalogFaults, commandRoutes } from '#shared/catalog/index.ts';
import type { AnyProcessManager } from '#shared/process-manager/index.ts';
import { tallies } from '../../support/tally.ts';
import { booking, bookings } from '../process-manager/bookings.ts';

const faultsWith = (changes: Partial<AnyProcessManager>, others: Partial<typeof bookings> = {}) =>
  catalogFaults([{ ...bookings, ...others, processManagers: [{ ...booking, ...changes }] }]);

const sending = (sent: object) => ({
  sends: { one: { category: 'tally', what: 'count', answered: (state: unknown) => ({ state }), ...sent } },
});

it('A process manager that fits has no faults but the command that nobody has', () => {
  expect(faultsWith({})).toEqual([
    'tallies: the process manager booking sends no-such-command to tally, which is no command in tallies.',
  ]);
  expect(faultsWith(sending({}))).toEqual([]);
});

it.each<[string, Partial<AnyProcessManager>, string]>([
  ['a category', { categories: ['till'] }, 'the process manager booking listens to till, which is no category here.'],
  [
    'an event',
    { on: { Lost: (state) => ({ state }) } },
    'the process manager booking listens to Lost, which is no event here.',
  ],
  [
    'a context',
    sending({ context: 'shop' }),
    'the process manager booking sends count to tally, which is no command in shop.',
  ],
  [
    'a category to send to',
    sending({ category: 'till' }),
    'the process manager booking sends count to till, which is no command in tallies.',
  ],
  [
    'a deadline',
    { deadlines: { Late: (state) => ({ state }) } },
    'the deadline Late of booking must be in kebab case, up to 32 characters.',
  ],
])('%s that is not there is told, in a line', (_, changes, fault) => {
  expect(faultsWith({ ...sending({}), ...changes })).toEqual([`tallies: ${fault}`]);
});

it('Its name is taken by no aggregate, projection or function', () => {
  expect(faultsWith({ ...sending({}), name: 'tally' })).toContain('Two aggregates have the category tally.');
  expect(faultsWith({ ...sending({}), name: 'journal' })).toContain(
    'tallies: the process manager journal needs another name: this one is taken.',
  );
  expect(faultsWith({ ...sending({}), name: 'a-b' }).join()).toContain('the process manager a-b must be named in');
});

it('Its processes have no routes, nor do commands that only processes send', () => {
  const keys = commandRoutes(bookings).map(({ key }) => key);
  expect(keys).toEqual(commandRoutes(tallies).map(({ key }) => key));
  const [aggregate] = tallies.aggregates;
  if (aggregate === undefined) throw new Error('there is no aggregate');
  const { count, ...others } = aggregate.commands;
  if (count === undefined) throw new Error('nobody can count');
  const inner = { ...aggregate, commands: { ...others, count: { ...count, isInternal: true } } };
  expect(commandRoutes({ ...tallies, aggregates: [inner] }).map(({ what }) => what)).not.toContain('count');
});
