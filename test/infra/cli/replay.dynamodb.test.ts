/** `npm run replay` finds the context and its table by the stream, shows every event once, only reads, and ends as it says. */
import { beforeAll, expect, inject, test } from 'vitest';
import { type DomainEvent, toStreamId } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import { commitOf, noted } from '../../support/commits.ts';
import { listeningProxy } from '../../support/listening-proxy.ts';
import { accountTables, runTool } from './feed-tool.ts';

const STAGE = ['--stage', 'replayed'];
const replay = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  runTool('replay', [...STAGE, ...args], { FORCE_COLOR: '1', ...env });

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();

const commitAt = (category: string, id: string, version: number, events: readonly DomainEvent[]): Commit => ({
  stream: toStreamId(category, id),
  version,
  ...commitOf([], {
    recordedAt: at(version),
    events: events.map(({ what, data, effectiveAt = '2026-01-02' }) => noted(data, { what, effectiveAt })),
  }),
});

const opened = (owner: string): DomainEvent => ({ what: 'AccountOpened', data: { owner } });
const paid = (amount: number): DomainEvent => ({ what: 'PaymentReceived', data: { amount } });

beforeAll(async () => {
  const tables = await accountTables('replayed');
  await tables.record([
    commitAt('account', 'a', 1, [opened('Ada')]),
    commitAt('account', 'a', 2, [paid(5), paid(7)]),
    commitAt('account', 'a', 4, [paid(9)]),
    commitAt('account', 'newer', 1, [opened('Ada')]),
    commitAt('account', 'newer', 2, [paid(5)]),
    commitAt('account', 'newer', 3, [{ what: 'Invented', data: {} }]),
    commitAt('account', 'newer', 4, [paid(5)]),
    commitAt('account', 'poisoned', 1, [opened('Ada'), paid(5), { what: 'PaymentReceived', data: null }]),
    commitAt('account', 'torn', 1, [opened('Ada')]),
    commitAt('account', 'torn', 3, [paid(5)]),
    commitAt('transferring', '1', 1, [
      {
        what: 'ProcessReacted',
        data: { input: { kind: 'event', what: 'TransferRequested', stream: 'transfer-1', version: 1 }, state: {} },
      },
      { what: 'ProcessEnded', data: {} },
    ]),
  ]);
  // More than one request gives.
  await tables.record(
    Array.from({ length: 300 }, (_, index) => commitAt('account', 'long', index + 1, [opened('x'.repeat(10_000))])),
  );
});

const versionsIn = (output: string) =>
  [...output.matchAll(/^ {2} *(\d+) {2}[A-Z]\w+/gm)].map(([, version]) => Number(version));

type Line = { readonly version: number; readonly before: { balance: number }; readonly after: { balance: number } };
const linesIn = (output: string): Line[] =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('A stream is shown event by event, without colours where there is no terminal.', async () => {
  const { code, output, errors } = await replay(['--stream', 'account-a']);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(versionsIn(output)).toEqual([1, 2, 3, 4]);
  expect(output).toContain('~ balance  12 → 21');
  expect(output).not.toContain('\u001b');
});

test('As JSON each event is a line with the state before and after it.', async () => {
  const { code, output } = await replay(['--stream', 'account-a', '--json']);
  expect(code).toBe(0);
  expect(linesIn(output).map(({ version, before, after }) => [version, before.balance, after.balance])).toEqual([
    [1, 0, 0],
    [2, 0, 5],
    [3, 5, 12],
    [4, 12, 21],
  ]);
  expect(linesIn(output)[3]).toMatchObject({
    stream: 'account-a',
    event: { context: { what: 'PaymentReceived', who: 'clerk', why: { what: 'note' } }, data: { amount: 9 } },
    changes: [
      { path: 'balance', before: 12, after: 21 },
      { path: 'ledger[2]', after: { kind: 'money', on: '2026-01-02', amount: 9 } },
    ],
  });
});

test.each([
  [['--to', '2'], [1, 2], 'balance: 5'],
  [['--to', at(2)], [1, 2, 3], 'balance: 12'],
  [['--to', at(3)], [1, 2, 3], 'balance: 12'],
  [['--from', '3'], [3, 4], 'balance: 21'],
  [['--from', '3', '--to', '3'], [3], 'balance: 12'],
])('With %j the state is as it was then.', async (range, versions, state) => {
  const { code, output } = await replay(['--stream', 'account-a', ...range]);
  expect([code, versionsIn(output)]).toEqual([0, versions]);
  expect(output).toContain(state);
});

test('A process is shown with what came in.', async () => {
  const { code, output } = await replay(['--stream', 'transferring-1']);
  expect([code, versionsIn(output)]).toEqual([0, [1, 2]]);
  expect(output).toContain('in   TransferRequested, version 1 of transfer-1');
});

test('A stream of many pages is shown whole, by requests that only read.', async () => {
  const asked = new Set<string>();
  const proxy = await listeningProxy(inject('dynamodbEndpoint'), (operation) => void asked.add(operation));
  try {
    const { code, output } = await replay(['--stream', 'account-long'], { DYNAMODB_ENDPOINT: proxy.url });
    expect([code, versionsIn(output)]).toEqual([0, Array.from({ length: 300 }, (_, index) => index + 1)]);
    expect(asked).toEqual(new Set(['Query']));
  } finally {
    await proxy.stop();
  }
});

test('Whoever reads only the beginning of a long stream sees no error.', async () => {
  const { code, errors } = await runTool('replay', [...STAGE, '--stream', 'account-long'], {}, (tool) => {
    tool.stdout?.once('data', () => tool.stdout?.destroy());
  });
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
});

test.each([
  ['newer', [1, 2], 'version 2, and not further. This code does not know the event Invented'],
  ['poisoned', [1, 2], 'version 2, and not further. Version 3 of account-poisoned, PaymentReceived, cannot be applied'],
  ['torn', [1], 'version 1, and not further. Stream account-torn is corrupted: expected version 2, found version 3'],
])(
  'Of a stream that is %s, what comes before is shown, and it ends with 1 and one line.',
  async (id, versions, line) => {
    const { code, output, errors } = await replay(['--stream', `account-${id}`]);
    expect([code, versionsIn(output), errors.trim().split('\n').length]).toEqual([1, versions, 1]);
    expect(errors).toContain(line);
    expect(output).toContain(`State after version ${versions.at(-1)}`);
  },
);

const a = ['--stream', 'account-a'];
test.each<[number, readonly string[], string]>([
  [1, ['--stream', 'account-nobody'], 'account-nobody is empty'],
  [1, [...a, '--to', '5'], 'account-a ends at version 4; it has no version 5.'],
  [1, [...a, '--from', '5'], 'account-a ends at version 4; it has no version 5.'],
  [1, [...a, '--to', '2020-01-01T00:00:00Z'], `Version 1 of account-a was recorded at ${at(1)}`],
  [1, [...a, '--from', '4', '--to', at(3)], `Version 4 of account-a was recorded at ${at(4)}`],
  [2, [], 'categories: account, transfer, transferring, organization, person, parcel'],
  [2, ['--stream', 'acount-a'], 'There is no category acount; there are account, transfer, transferring'],
  [2, ['--stream', 'account'], '"account" is no stream, which is named <category>-<id>, such as account-42'],
  [2, [...a, '--to', 'yesterday'], '--to is "yesterday", which is neither a version'],
  [2, [...a, '--to', '2999-01-01T00:00:00Z'], '--to is later than now'],
  [2, [...a, '--from', 'x'], '--from is "x", which is no version'],
  [2, [...a, '--from', '3', '--to', '2'], '--to is before --from'],
  [2, ['--stream', 'parcel-a'], 'There is no table tributary-replayed-parcels-Events'],
])('It ends with %i and one line for %j.', async (expected, args, line) => {
  const { code, output, errors } = await replay(args);
  expect({ code, output, lines: errors.trim().split('\n').length }).toEqual({ code: expected, output: '', lines: 1 });
  expect(errors).toContain(line);
});

test('Without a DynamoDB it ends with 2 and one line.', async () => {
  const { code, output, errors } = await replay(a, { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' });
  expect({ code, output, lines: errors.trim().split('\n').length }).toEqual({ code: 2, output: '', lines: 1 });
  expect(errors).toContain('is a DynamoDB Local running there?');
});
