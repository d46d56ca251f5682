/** A tool finds the log of a context where the deployment has it: under its own name, or in the tables that the stage's settings say. */
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { openContext } from '../../../infra/cli/context-tool.ts';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import { accountTables } from './feed-tool.ts';

stubAwsEnvironment();
const STAGE = 'kept';
const RESTORED = { events: 'restored-events', feed: 'restored-feed' };
const settings = { stages: { [STAGE]: { 'adopt:accounts': `${RESTORED.events},${RESTORED.feed}` } } };

let own: { readonly events: string; readonly feed: string };
beforeAll(async () => {
  process.env.DYNAMODB_ENDPOINT = inject('dynamodbEndpoint');
  const { eventsTable, feedTable } = await accountTables(STAGE);
  own = { events: eventsTable, feed: feedTable };
  return () => {
    delete process.env.DYNAMODB_ENDPOINT;
  };
});

const tablesOf = async (more: Parameters<typeof openContext>[0], of: object = settings) =>
  (await openContext({ context: 'accounts', stage: STAGE, ...more }, { ...of })).tables;

describe('The log of a stage', () => {
  it('is where its settings say, though its first tables are still there', async () => {
    expect(await tablesOf({})).toEqual(RESTORED);
  });

  it('is under its own name where they say nothing, or are of another stage', async () => {
    expect(await tablesOf({}, {})).toEqual(own);
    expect(await tablesOf({}, { stages: { other: settings.stages[STAGE] } })).toEqual(own);
  });

  it('is where the command line says before all', async () => {
    expect(await tablesOf({ 'events-table': 'e', 'feed-table': 'f' })).toEqual({ events: 'e', feed: 'f' });
    expect(await tablesOf({ stack: `${STAGE}-tributary-accounts` })).toEqual(own);
  });

  it('is not guessed where the settings are none', async () => {
    const wrong = { stages: { [STAGE]: { 'adopt:acounts': 'a-b-c,d-e-f' } } };
    await expect(tablesOf({}, wrong)).rejects.toThrow(
      /^cdk\.json: adopt:acounts: there is no context acounts; there are/,
    );
  });
});
