/** A transfer that cannot give the money back waits for somebody, who asks for another day. */
import { expect, test } from 'vitest';
import { eventDefinitions } from '#shared/catalog/index.ts';
import { dispatch } from '#shared/command/index.ts';
import { carryOutHere } from '#shared/edge/process/carry-out-here.ts';
import { type StreamId, toStreamId } from '#shared/event/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { carryOut, type OutgoingCommand, takeEvents } from '#shared/process-manager/index.ts';
import { createInMemoryQueryTable } from '#shared/projection/index.ts';
import { accounts } from '../../../functions/accounts/accounts.catalog.ts';
import { transferProcess } from '../../../functions/accounts/transfer.process-manager.ts';
import { handlingOn } from '../../support/tally.ts';

const transfer = toStreamId('transfer', '7');

/** The context in memory; `before` is called before each command that the process has sent. */
function world(before: (command: OutgoingCommand) => Promise<void>) {
  const store = createInMemoryEventStore({ events: eventDefinitions(accounts) });
  const handling = handlingOn(store);
  const table = createInMemoryQueryTable();
  const schedule = { set: async () => {}, cancel: async () => {} };
  const send = async (command: OutgoingCommand) => {
    await before(command);
    const answer = await carryOutHere(handling, accounts, command);
    if (answer.kind === 'impossible') throw new Error(answer.reason);
    return answer;
  };
  return {
    async command(category: string, id: string, what: string, data: unknown) {
      const options = { value: {} };
      const sent = { category, id, what, data: { value: data }, options, who: 'clerk' };
      expect(await dispatch(handling, accounts.aggregates, sent)).toMatchObject({ outcome: { kind: 'recorded' } });
    },
    async run() {
      const { processes } = await takeEvents({ table, handling }, transferProcess, transfer, Number.MAX_SAFE_INTEGER);
      for (const process of processes) {
        await carryOut({ table, handling, send, schedule }, transferProcess, process, Number.MAX_SAFE_INTEGER);
      }
    },
    events: async (stream: StreamId) => (await store.load(stream)).commits.flatMap((commit) => commit.events),
  };
}

test('It is stuck until the refund is asked for on a day that the account takes, and then it has failed', async () => {
  const app = world(async ({ what }) => {
    // Between the withdrawal and the refund the account is booked on a later day.
    if (what === 'receive-payment')
      await app.command('account', 'a', 'receive-premium', { amount: 1, on: '2026-03-01' });
  });
  await app.command('account', 'a', 'open', { owner: 'Ada', on: '2026-01-01' });
  await app.command('account', 'a', 'receive-payment', { amount: 30, on: '2026-01-01' });
  await app.command('transfer', '7', 'request', { from: 'a', to: 'nobody', amount: 30, on: '2026-02-01' });
  await app.run();
  expect((await app.events(transfer)).at(-1)).toMatchObject({
    what: 'TransferStuck',
    data: { reason: 'account-not-open' },
  });

  await app.command('transfer', '7', 'retry-refund', { on: '2026-03-02' });
  await app.run();
  expect((await app.events(transfer)).map(({ what }) => what)).toEqual([
    'TransferRequested',
    'TransferStuck',
    'RefundRequested',
    'TransferFailed',
  ]);
  const amounts = (await app.events(toStreamId('account', 'a'))).map(({ what, data }) => {
    const { amount = 0 } = data as { readonly amount?: number };
    return what === 'MoneyWithdrawn' ? -amount : amount;
  });
  // The three premiums are not the transfer's.
  expect(amounts.reduce((sum, amount) => sum + amount, 0) - 3).toBe(30);
});
