/** What clients see while DynamoDB is away, and that nothing is left to do when it is back. */
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../infra/local/start.ts';
import { accepted, account, expectProblem, newId, openAccount, stream } from '../support/account-journey.ts';
import { type BreakableDynamoDb, breakableDynamoDb } from '../support/breakable-dynamodb.ts';
import { type HttpClient, httpClient } from '../support/http-client.ts';

const on = '2026-01-02';
let dynamodb: BreakableDynamoDb;
let cloud: LocalCloud;
let app: HttpClient;
/** Known to the running functions before DynamoDB goes away. */
let id: string;

beforeAll(async () => {
  dynamodb = await breakableDynamoDb();
  const { endpoint } = dynamodb;
  cloud = await startLocalCloud({ assembly: inject('assembly'), port: 0, dynamodbEndpoint: endpoint, log: () => {} });
  app = httpClient(cloud.url);
  id = await openAccount(app, { amount: 100_00 });
});
afterAll(async () => {
  await cloud?.stop();
  await dynamodb?.remove();
});

const pay = (key: string) =>
  app.post(`/accounts/${id}/receive-payment`, { amount: 1_00, on }, { 'idempotency-key': key });

/** Everything that needs DynamoDB, asked at once. */
const everything = (key: string) =>
  Promise.all([
    pay(key),
    app.post(`/accounts/${newId()}/open`, { owner: 'Ada', on }),
    app.get(`/accounts/${id}`),
    app.get(`/accounts/${id}/statement`, { consistency: 'strong' }),
    app.get(`/streams/account-${id}`),
    app.get('/health'),
  ]);

function expectUnavailable(answers: Awaited<ReturnType<typeof everything>>): void {
  for (const answer of answers) {
    expectProblem(answer, { status: 503 });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
}

/** The app is well, and the plain rows have caught up with what was acknowledged. */
async function expectRecovered(): Promise<void> {
  await vi.waitFor(async () => expect((await app.get('/health')).status).toBe(200), { timeout: 20_000, interval: 100 });
  const { version } = await stream(app, id);
  await vi.waitFor(async () => expect((await app.get(`/accounts/${id}`)).body).toMatchObject({ version }), {
    timeout: 20_000,
    interval: 100,
  });
}

describe('While DynamoDB is away', () => {
  it('everybody is told to come back, bad requests are told what is bad, and nothing is lost or done twice', async () => {
    await dynamodb.die();
    for (const attempt of [1, 2]) expectUnavailable(await everything(`while dead ${attempt}`));
    expectProblem(await app.post(`/accounts/${id}/receive-payment`, {}), { status: 400 });
    expectProblem(await app.get('/nothing'), { status: 404 });

    await dynamodb.revive();
    const { headers } = await accepted(pay('while dead 1'));
    expect(headers.has('idempotency-replayed')).toBe(false);
    expect(await account(app, id)).toMatchObject({ balance: 101_00, version: 3 });
    await expectRecovered();
  });

  it('and does not answer at all, nobody waits for ever', async () => {
    const { balance } = await account(app, id);
    dynamodb.freeze();
    try {
      expectUnavailable(await everything('while frozen'));
    } finally {
      dynamodb.thaw();
    }
    // Whether the command was recorded before it was told to come back, nobody can know; its repeat does.
    await accepted(pay('while frozen'));
    expect(await account(app, id)).toMatchObject({ balance: balance + 1_00 });
    await expectRecovered();
  });
});
