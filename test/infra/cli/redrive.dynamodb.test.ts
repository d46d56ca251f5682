/** `npm run redrive` takes up what waits: commits that the relay has put aside, parked streams, and dead letters. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { followersOf } from '#shared/catalog/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import { createDynamoDbQueryTable } from '#shared/projection/dynamodb/index.ts';
import { allParked, type QueryTable } from '#shared/projection/index.ts';
import { accounts } from '../../../functions/accounts/accounts.catalog.ts';
import { queryTableStart } from '../../../infra/cli/find-tables.ts';
import { deadLettersName } from '../../../infra/deployed-names.ts';
import { createQueue } from '../../../infra/local/services/sqs/local-queue.ts';
import type { LocalQueue } from '../../../infra/local/services/sqs/queue.ts';
import { createSqsServer } from '../../../infra/local/services/sqs/sqs-api.ts';
import { useFaultyBus } from '../../shared/edge/stream/faulty-bus.ts';
import { createQueryTable, patientClient } from '../../shared/projection/dynamodb-tables.ts';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import { aQueue } from '../local/services/sqs/a-queue.ts';
import { accountCommit, accountHistory, accountTables, runTool } from './feed-tool.ts';

stubAwsEnvironment();
const STAGE = 'redriven';
const stack = `${STAGE}-tributary-accounts`;
const followers = followersOf(accounts).map(({ kind, follower: { name } }) => ({ stack, kind, name }));
const transferring = followers.length - 1;
const bus = useFaultyBus(`${STAGE}-tributary`);
const queues = new Map<string, LocalQueue>();
const server = createSqsServer({ queues, log: () => {} });
let sqsUrl: string;
let letters: LocalQueue;
let tables: Awaited<ReturnType<typeof accountTables>>;
let rows: QueryTable;
let processes: QueryTable;

beforeAll(async () => {
  ({ url: sqsUrl } = await server.listen(0));
  tables = await accountTables(STAGE);
  const client = patientClient(inject('dynamodbEndpoint'));
  const made = await Promise.all(
    followers.map((follower) => createQueryTable(client, `${queryTableStart(follower)}12AB`)),
  );
  client.destroy();
  rows = createDynamoDbQueryTable({ client: tables.client, table: made[0] ?? '', version: 1 });
  processes = createDynamoDbQueryTable({ client: tables.client, table: made[transferring] ?? '', version: 1 });
});
beforeEach(() => {
  queues.clear();
  const names = followers.map(({ name }) => `${stack}-${name}`);
  for (const name of names.flatMap((queue) => [deadLettersName(queue), queue])) {
    const queue = createQueue(aQueue({ name, url: `${sqsUrl}/000000000000/${name}` }));
    queues.set(queue.arn, queue);
  }
  letters = [...queues.values()][0] as LocalQueue; // made above
});
afterAll(() => server.stop());

const redrive = (args: readonly string[] = ['--yes'], env: NodeJS.ProcessEnv = {}, input?: string) =>
  runTool(
    'redrive',
    ['--context', 'accounts', '--stage', STAGE, ...args],
    { EVENTBRIDGE_PORT: String(bus.port), SQS_ENDPOINT: sqsUrl, ...env },
    (tool) => void tool.stdin?.end(input),
  );

const hint = (stream: string, version: number) => JSON.stringify({ stream, version });
const dead = (...bodies: readonly string[]) => {
  for (const body of bodies) letters.send({ body });
};

async function opened(id: string, ...amounts: readonly number[]): Promise<StreamId> {
  const commits = [
    accountCommit(id, 1, 'AccountOpened', { owner: 'Ada' }),
    ...amounts.map((amount, index) => accountCommit(id, index + 2, 'PaymentReceived', { amount })),
  ];
  await tables.record(commits);
  return `account-${id}` as StreamId;
}

describe('Dead letters', () => {
  test('bring their stream to what they announce, in whatever form and order they are, and are gone then.', async () => {
    const stream = await opened('late', 5, 7);
    dead(hint(stream, 3), hint(stream, 1), JSON.stringify({ detail: { context: { stream, version: 2 } } }));
    const refused = await redrive([], {}, 'n\n');
    expect(refused).toMatchObject({
      code: 1,
      output: expect.stringContaining('summary: 3 dead letters of account-late, up to version 3\nTake up what waits?'),
    });
    expect(await rows.read(stream)).toBeUndefined();
    expect(letters.counts()).toMatchObject({ visible: 3 });

    const taken = await redrive(['--projection', 'summary'], {}, 'y\n');
    expect(taken).toMatchObject({ code: 0, errors: '' });
    expect(taken.output).toContain('summary: account-late has reached version 3, 3 dead letters done');
    expect(await rows.read(stream)).toMatchObject({ watermark: 3, row: { balance: 12 } });
    expect(letters.counts()).toMatchObject({ visible: 0, inFlight: 0 });

    dead(hint(stream, 2));
    expect(await redrive()).toMatchObject({ code: 0, output: expect.stringContaining('has reached version 3') });
    expect(await rows.read(stream)).toMatchObject({ watermark: 3, row: { balance: 12 } });
    expect(await redrive()).toMatchObject({ code: 0, output: 'Nothing of accounts waits.\n' });
  });

  test('that tell nothing are shown and left, and deleted when that is said.', async () => {
    const stream = await opened('short');
    dead('no JSON', hint('person-1', 1), hint('account-nobody', 1), hint(stream, 9));
    const left = await redrive();
    expect(left).toMatchObject({ code: 1, errors: '' });
    expect(left.output).toContain('summary: a dead letter that is no hint: no JSON');
    expect(left.output).toContain(
      'account-short is announced up to version 9, and its log ends at 1: 1 dead letter left',
    );
    expect(letters.counts()).toMatchObject({ visible: 4 });
    const discarded = await redrive(['--yes', '--discard']);
    expect(discarded).toMatchObject({
      code: 0,
      output: expect.stringContaining('2 dead letters that are no hints discarded'),
    });
    expect(letters.counts()).toMatchObject({ visible: 0, inFlight: 0 });
  });

  test('of a stream that cannot be applied are gone, since it is parked with what they told of.', async () => {
    const stream = await opened('poisoned');
    const [invented] = accountHistory('poisoned', [1]).map((commit) => ({
      ...accountCommit('poisoned', 2, 'AccountClosed', {}),
      events: commit.events.map((event) => ({ ...event, what: 'Invented' })),
    }));
    if (invented === undefined) throw new Error('there is no commit');
    await tables.record([invented]);
    dead(hint(stream, 2));
    expect(await redrive()).toMatchObject({ code: 1, output: expect.stringContaining('account-poisoned is parked') });
    expect(letters.counts()).toMatchObject({ visible: 0, inFlight: 0 });
    expect(await allParked(rows)).toMatchObject([{ stream, version: 2 }]);
    dead(hint(stream, 2), hint('account-nobody', 1));
    const again = await redrive(['--yes', '--stream', stream]);
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining('summary: account-poisoned stays parked') });
    expect(letters.counts()).toMatchObject({ visible: 1, inFlight: 0 });
    await rows.unpark(stream);
  });
});

test('A parked stream of a process manager is handed to its function, which the tool waits for.', async () => {
  const stream = await opened('handed', 5);
  const parked = { version: 1, error: 'no reaction', at: '2026-01-01T00:00:00.000Z' };
  await processes.park(stream, { watermark: 0, row: null }, parked);
  const queue = queues.get([...queues.keys()].at(-1) ?? '');
  if (queue === undefined) throw new Error('the process manager has no queue');
  const redriven = redrive(['--projection', 'transferring', '--yes']);
  // The function of the process manager.
  const message = await vi.waitUntil(() => queue.receive({ max: 1, waitMs: 0 }).then(([first]) => first), {
    timeout: 20_000,
  });
  expect(JSON.parse(message.body)).toEqual({ stream, version: 2 });
  await processes.write(stream, { from: 0, watermark: 2, row: null, put: [], remove: [] });
  expect(await redriven).toMatchObject({
    code: 0,
    output: expect.stringContaining('transferring: account-handed has reached version 2'),
  });
});

test('What waits in a parked stream is fed and published in order, and the note goes; what cannot be waits on.', async () => {
  const [e1, e2, e3] = accountHistory('e', [1, 2, 1]);
  const [f1] = accountHistory('f', [1]).map((commit) => ({
    ...commit,
    events: commit.events.map((event) => ({ ...event, what: 'Invented' })),
  }));
  if (e1 === undefined || e2 === undefined || e3 === undefined || f1 === undefined)
    throw new Error('there is no commit');
  await tables.record([e1, e2, e3, f1]);
  await tables.writer.append([e1]);
  const since = '2026-01-01T00:00:00.000Z';
  await tables.table.park({ stream: 'thing-e', version: 2, upTo: 3, reason: 'it was not readable', since });
  await tables.table.park({ stream: 'thing-f', version: 1, upTo: 1, reason: 'it is not readable', since });
  const { code, output } = await redrive();
  expect(code).toBe(1);
  expect(output).toContain('relay: thing-e is published from version 2 on');
  expect(output).toContain('relay: thing-f waits at version 1: The commit of thing-f at version 1 cannot be read: ');
  expect(bus.received.map(({ detail }) => `${detail.context.stream}@${detail.context.version}`)).toEqual([
    'thing-e@2',
    'thing-e@3',
    'thing-e@4',
  ]);
  await vi.waitFor(async () => expect((await tables.table.parked()).map(({ stream }) => stream)).toEqual(['thing-f']));
});

test.each<[string, readonly string[], NodeJS.ProcessEnv, string]>([
  ['a database and no queues', [], { SQS_ENDPOINT: undefined }, 'set both DYNAMODB_ENDPOINT and SQS_ENDPOINT'],
  [
    'a projection that is not there',
    ['--projection', 'sumary'],
    {},
    'There is no projection or process manager sumary; there are',
  ],
  ['a stage that is not there', ['--stage', 'nope'], {}, 'no table nope-tributary-accounts-Events'],
])('With %s it ends with 2 and one line.', async (_, args, env, line) => {
  const { code, output, errors } = await redrive(args, env);
  expect({ code, output, lines: errors.trim().split('\n').length }).toEqual({ code: 2, output: '', lines: 1 });
  expect(errors).toContain(line);
});

test('Where there is no dead-letter queue it says which one it has looked for.', async () => {
  queues.clear();
  const { code, errors } = await redrive();
  expect([code, errors]).toEqual([2, expect.stringContaining(`There is no queue ${stack}-summary_dead-letters.`)]);
});
