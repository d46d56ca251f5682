/** The soak sees what is not as it must be: its verdict is worth something. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, inject, it } from 'vitest';
import type { StreamId } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import { recordedEvents } from '#shared/event-store/index.ts';
import { createDynamoDbQueryTable } from '#shared/projection/dynamodb/index.ts';
import { project } from '#shared/projection/index.ts';
import { summary } from '../../functions/accounts/summary.projection.ts';
import { createQueryTable, patientClient } from '../shared/projection/dynamodb-tables.ts';
import { stubAwsEnvironment } from '../support/aws-environment.ts';
import { differencesOfCommands } from './acknowledged-commands.ts';
import type { SentCommand } from './patient-client.ts';
import { compareWithLog } from './tables-and-log.ts';

stubAwsEnvironment();

const stream = 'account-1' as StreamId;
const when = '2026-01-01T00:00:00.000Z';
const commit = (key: string, version: number, what: string, data: object): Commit => ({
  stream,
  version,
  recordedAt: when,
  who: 'tester',
  why: { id: key, what: 'any', when, who: 'tester' },
  correlationId: key,
  causationId: key,
  events: [{ id: `event-${key}`, what, data, effectiveAt: '2026-01-01', schemaVersion: 1 }],
});
const opened = commit('one', 1, 'AccountOpened', { owner: 'Ada' });
const paid = commit('two', 2, 'PaymentReceived', { amount: 100 });
const log = new Map([[stream, [opened, paid]]]);

describe('What clients were told', () => {
  const command = (key: string) => ({ key, stream, path: `/accounts/1/${key}`, body: {} });
  const recorded = (key: string, version: number): Extract<SentCommand, { kind: 'recorded' }> => ({
    command: command(key),
    tries: 1,
    kind: 'recorded',
    version,
    events: [`event-${key}`],
  });
  const both = [recorded('one', 1), recorded('two', 2)];

  it('is in the log once', () => {
    expect(differencesOfCommands(both, [log])).toEqual([]);
    expect(differencesOfCommands([recorded('one', 1), { ...recorded('two', 2), events: 1 }], [log])).toEqual([]);
  });

  it.each<[string, readonly SentCommand[], readonly Commit[]]>([
    ['was acknowledged, but is not in the log', both, [opened]],
    ['was acknowledged once, but is in the log at', both, [opened, paid, commit('two', 3, 'PaymentReceived', {})]],
    ['is another in the log', [recorded('one', 1), recorded('two', 3)], [opened, paid]],
    ['is another in the log', [recorded('one', 1), { ...recorded('two', 2), events: 2 }], [opened, paid]],
    ['is of a command that nobody sent: two', [recorded('one', 1)], [opened, paid]],
    [
      'was refused (no), but is in the log at version 2',
      [recorded('one', 1), { command: command('two'), tries: 1, kind: 'refused', reason: 'no' }],
      [opened, paid],
    ],
    [
      'was not answered as it should be: 400',
      [...both, { command: command('three'), tries: 1, kind: 'unclear', reason: '400' }],
      [opened, paid],
    ],
  ])('is told when it %s', (difference, sent, commits) => {
    expect(differencesOfCommands(sent, [new Map([[stream, commits]])])).toEqual([expect.stringContaining(difference)]);
  });
});

describe('A query table', () => {
  const client = patientClient(inject('dynamodbEndpoint'));

  it('is told to lack a row and its entry, to be behind, to be right, and to hold what nobody put there', async () => {
    const table = await createQueryTable(client);
    const rows = createDynamoDbQueryTable({ client, table, version: summary.version });
    const differences = async () => {
      const found: string[] = [];
      const compared = await compareWithLog({ client, table, projection: summary }, log, (line) => found.push(line));
      return { compared, found };
    };
    const lacks = [
      /the row of account-1 is nothing; the log says/,
      /the entry \["owner#Ada","1"\] of account-1 is nothing/,
    ];
    const said = (patterns: readonly RegExp[]) => patterns.map((pattern) => expect.stringMatching(pattern));
    expect((await differences()).found).toEqual(said(lacks));
    const folded = (commits: readonly Commit[]) =>
      project(summary, summary.initialRow, commits.flatMap(recordedEvents));
    await rows.write(stream, { from: 0, watermark: 1, ...folded([opened]) });
    expect((await differences()).found).toHaveLength(2);
    await rows.write(stream, { from: 1, watermark: 2, ...folded([opened, paid]) });
    expect(await differences()).toEqual({ compared: 2, found: [] });
    const surplus = { key: `v${summary.version}#account-2`, sort: 'row', watermark: 1, row: '{}' };
    await client.send(new PutCommand({ TableName: table, Item: surplus }));
    expect((await differences()).found).toEqual(said([/the row of account-2 is .*; the log says nothing/]));
  });
});
