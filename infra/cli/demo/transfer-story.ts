/** Money goes from one account to another by a process: no transaction holds both, and what cannot be paid goes back. */
import { inEffectiveOrder, type RecordedEvent } from '#shared/event/index.ts';
import { processText } from '../process-text.ts';
import { type DemoClient, STRONG } from './demo-client.ts';
import { euros } from './story-table.ts';
import type { Story, StoryTeller } from './story-teller.ts';

type Transfer = { readonly status: string; readonly reason: string | null };
type Account = { readonly balance: number };

const ON = '2026-01-02';

/** Long enough to be seen waiting, short enough to be waited for. */
const CONFIRM_WITHIN_MS = 4_000;

export const transferStory: Story = async ({ client, teller, run }) => {
  const [ada, bob, nobody] = [`ada-${run}`, `bob-${run}`, `nobody-${run}`];

  const balances = async () => {
    const both = await Promise.all([ada, bob].map((id) => client.get<Account>(`/accounts/${id}`, STRONG)));
    return both.map(({ body }) => body.balance);
  };
  const tellBalances = async (expected: readonly number[]) => {
    const found = await balances();
    teller.table(
      ['Account', 'Balance'],
      [ada, bob].map((id, at) => [id, euros(found[at] ?? 0)]),
      1,
    );
    teller.check('the balances are right, and no money was made or lost', found, expected);
  };
  const request = async (id: string, to: string, amount: number, more: object = {}) => {
    await client.send(`/transfers/${id}/request`, { from: ada, to, amount, on: ON, ...more });
    return (await client.get<Transfer>(`/transfers/${id}`, STRONG)).body;
  };
  const ended = (id: string) =>
    client.until<Transfer>(`the end of transfer ${id}`, `/transfers/${id}`, ({ body }) =>
      ['completed', 'failed', 'stuck'].includes(body.status),
    );

  teller.chapter(`Two accounts; all names of this run end with -${run}`);
  for (const [id, owner] of [
    [ada, 'Ada'],
    [bob, 'Bob'],
  ] as const) {
    await client.send(`/accounts/${id}/open`, { owner, on: '2026-01-01' });
  }
  await client.send(`/accounts/${ada}/receive-payment`, { amount: 1_000_00, on: '2026-01-01' });
  await tellBalances([1_000_00, 0]);

  const good = `good-${run}`;
  teller.chapter(`${euros(250_00)} from Ada to Bob`);
  await request(good, bob, 250_00);
  const { status } = await ended(good);
  await tellStory(
    client,
    teller,
    good,
    [ada, bob],
    ['TransferRequested', 'MoneyWithdrawn', 'PaymentReceived', 'TransferCompleted'],
  );
  teller.check('the transfer is completed', status, 'completed');
  await tellBalances([750_00, 250_00]);

  const back = `back-${run}`;
  teller.chapter(`${euros(100_00)} from Ada to an account that was never opened`);
  await request(back, nobody, 100_00);
  const refunded = await ended(back);
  await tellStory(
    client,
    teller,
    back,
    [ada, nobody],
    ['TransferRequested', 'MoneyWithdrawn', 'PaymentReceived', 'TransferFailed'],
  );
  teller.check('it failed, with the reason of the account', pick(refunded), ['failed', 'account-not-open']);
  const moves = (await client.events(`account-${ada}`)).slice(-2);
  teller.check('the money was withdrawn and went back', moves.map(movement), [
    ['MoneyWithdrawn', 100_00],
    ['PaymentReceived', 100_00],
  ]);
  await tellBalances([750_00, 250_00]);

  const late = `late-${run}`;
  const confirmBy = new Date(Date.now() + CONFIRM_WITHIN_MS).toISOString();
  teller.chapter(`${euros(50_00)} from Ada to Bob, to be confirmed by ${confirmBy}`);
  const waiting = await request(late, bob, 50_00, { confirmBy });
  teller.check('it waits', pick(waiting), ['awaiting-confirmation', null]);
  teller.say('  … and nobody confirms it');
  const given = await ended(late);
  const failedAt = (await client.events(`transfer-${late}`)).at(-1)?.context.when ?? '';
  await tellStory(client, teller, late, [ada, bob], ['TransferRequested', 'TransferFailed']);
  teller.check('it failed, since it was not confirmed', pick(given), ['failed', 'not-confirmed']);
  teller.check('and not before its time', failedAt >= confirmBy, true);
  await tellBalances([750_00, 250_00]);
  return `transferring-${back}`;
};

const timeOf = (when: string) => when.slice('2026-01-01T'.length, -1);

const pick = ({ status, reason }: Transfer) => [status, reason];

const movement = ({ context, data }: RecordedEvent) => [context.what, (data as { amount?: number }).amount]; // the contract of the events

/** All that was recorded for a transfer, in every stream, once the process has nothing more to do; without the process's own, the events as expected. */
async function tellStory(
  client: DemoClient,
  teller: StoryTeller,
  id: string,
  accounts: readonly string[],
  expected: readonly string[],
): Promise<void> {
  const process = `transferring-${id}`;
  await client.until<{ events: RecordedEvent[] }>(`the end of ${process}`, `/streams/${process}`, ({ body }) =>
    body.events.some(({ context }) => context.what === 'ProcessEnded'),
  );
  const streams = [`transfer-${id}`, process, ...accounts.map((account) => `account-${account}`)];
  const [own = [], ...others] = await Promise.all(streams.map((stream) => client.events(stream)));
  const correlationId = own[0]?.context.correlationId;
  const inStory = [own, ...others].flat().filter(({ context }) => context.correlationId === correlationId);
  const story = inEffectiveOrder(inStory, ({ context }) => context.when);
  const rows = story.map((event) => {
    const { when, stream, what } = event.context;
    return [timeOf(when), stream, stream === process ? processText(event) : what];
  });
  // All names of a run end alike.
  const short = rows.map((row) => row.map((cell) => cell.replaceAll(id.slice(id.lastIndexOf('-')), '')));
  teller.table(['Recorded at', 'In the stream', 'What'], short);
  const facts = story.flatMap(({ context: { stream, what } }) => (stream === process ? [] : [what]));
  teller.check('all of it is one story, under one correlation id', facts, expected);
}
