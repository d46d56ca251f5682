/** A projection that is deployed over an old log: nobody sees its list half filled, and it is there once everything is in it. */
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../infra/local/start.ts';
import { accepted, expectProblem, openAccount } from '../support/account-journey.ts';
import { type AssemblyCopy, assemblyCopy, ofType } from '../support/assembly-copy.ts';
import { stubAwsEnvironment } from '../support/aws-environment.ts';
import { httpClient } from '../support/http-client.ts';

const NAME = 'new-projection-journey';
const patiently = { timeout: 40_000, interval: 100 };
let copy: AssemblyCopy;
let cloud: LocalCloud | undefined;

stubAwsEnvironment();

beforeAll(async () => {
  copy = await assemblyCopy(inject('assembly'), NAME, (resources) => {
    for (const { Properties } of ofType(resources, 'AWS::Lambda::Function')) {
      const variables = (Properties.Environment as { Variables: Record<string, unknown> }).Variables;
      if ('SETTLE_SECONDS' in variables) variables.SETTLE_SECONDS = '0';
    }
  });
});
afterAll(async () => {
  await cloud?.stop();
  await copy?.remove();
});

async function started() {
  const dynamodbEndpoint = inject('dynamodbEndpoint');
  cloud = await startLocalCloud({ assembly: copy.folder, port: 0, dynamodbEndpoint, log: () => {} });
  return { cloud, app: httpClient(cloud.url) };
}

it('Its list is 503 until it is whole, and every account of its own is there at once', async () => {
  const first = await started();
  const id = await openAccount(first.app, { amount: 5_00 });
  const list = '/owners/Ada/accounts';
  await vi.waitFor(async () => expect((await first.app.get(list)).body).toMatchObject({ total: 5_00 }), patiently);
  await first.cloud.stop();

  // Without its table the projection is one that was never deployed.
  const client = new DynamoDBClient({ endpoint: inject('dynamodbEndpoint') });
  const TableName = first.cloud.tables.find((name) => name.includes('ProjectionsummaryRows')) ?? '';
  await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();

  const { app, cloud } = await started();
  const refused = await app.get(list);
  expectProblem(refused, { status: 503, code: 'projection-filling' });
  expect(refused.headers.get('retry-after')).toBe('5');
  expect((await accepted(app.get(`/accounts/${id}`))).body).toMatchObject({ balance: 5_00, version: 2 });
  expect((await accepted(app.get(`/accounts/${id}/statement`))).body).toMatchObject({ total: 5_00 });
  const stateOf = async (projection: string) => {
    const { body } = await accepted(app.get<{ projections: Record<string, unknown>[] }>('/projections'));
    return body.projections.find((one) => one.projection === projection)?.state;
  };
  expect(await stateOf('summary')).toBe('filling');

  const reconcile = [...cloud.directory.functions.values()].find(({ name }) => name.endsWith('accounts-reconcile'));
  await vi.waitFor(async () => {
    await reconcile?.invoke({});
    expect((await app.get(list)).body).toMatchObject({ total: 5_00, accounts: [{ id, balance: 5_00 }] });
  }, patiently);
  expect(await stateOf('summary')).toBe('current');
});
