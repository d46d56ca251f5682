/** What the bus carries to others, and that what it carries back can do no harm. */
import { isDeepStrictEqual } from 'node:util';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { LocalQueue } from '../../infra/local/services/sqs/queue.ts';
import { type LocalCloud, startLocalCloud } from '../../infra/local/start.ts';
import { accepted, account, newId, openAccount, stream } from '../support/account-journey.ts';
import { type AssemblyCopy, assemblyCopy, ofType, type Resources } from '../support/assembly-copy.ts';
import { type HttpClient, httpClient } from '../support/http-client.ts';

const GIVE_UP_SECONDS = 6;
const WAIT = { timeout: 20_000, interval: 50 };
let copy: AssemblyCopy;
let cloud: LocalCloud;
let app: HttpClient;
let client: EventBridgeClient;

beforeAll(async () => {
  copy = await assemblyCopy(inject('assembly'), 'bus-journey', (resources, stack) => {
    giveUpSooner(resources);
    if (stack === 'tributary-accounts') addAnotherService(resources);
  });
  const dynamodbEndpoint = inject('dynamodbEndpoint');
  cloud = await startLocalCloud({ assembly: copy.folder, port: 0, dynamodbEndpoint, log: () => {} });
  app = httpClient(cloud.url);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new EventBridgeClient({ endpoint: cloud.eventBridgeUrl, region: 'eu-west-1', credentials });
});
afterAll(async () => {
  client?.destroy();
  await cloud?.stop();
  await copy?.remove();
});

/** A message that fails is given up after some seconds instead of ten minutes. */
function giveUpSooner(resources: Resources): void {
  for (const { Properties } of ofType(resources, 'AWS::SQS::Queue')) {
    if (Properties.RedrivePolicy === undefined) continue;
    Properties.VisibilityTimeout = GIVE_UP_SECONDS / 2;
    Object.assign(Object(Properties.RedrivePolicy), { maxReceiveCount: 2 });
  }
  // No function may run for longer than its messages are hidden. Those that read a queue have no position to start from.
  for (const { Properties } of ofType(resources, 'AWS::Lambda::EventSourceMapping')) {
    if (Properties.StartingPosition !== undefined) continue;
    const reader = resources[Object(Properties.FunctionName).Ref];
    if (reader !== undefined) reader.Properties.Timeout = GIVE_UP_SECONDS / 2;
  }
}

/** A service that wants to know of large payments, as somebody else's stack on the same bus. */
function addAnotherService(resources: Resources): void {
  const [rule] = ofType(resources, 'AWS::Events::Rule');
  if (rule === undefined) throw new Error('the accounts have no rule');
  const Arn = { 'Fn::GetAtt': ['LargePayments', 'Arn'] };
  resources.LargePayments = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'large-payments' } };
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: Arn },
  ];
  resources.LargePaymentsPolicy = {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: { Queues: [{ Ref: 'LargePayments' }], PolicyDocument: { Statement } },
  };
  resources.LargePaymentsRule = {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventBusName: rule.Properties.EventBusName,
      EventPattern: {
        source: ['tributary.accounts'],
        'detail-type': ['PaymentReceived'],
        detail: {
          context: { who: [{ 'anything-but': 'auditor' }] },
          data: { amount: [{ numeric: ['>=', 1_000_00] }] },
        },
      },
      State: 'ENABLED',
      Targets: [{ Id: 'queue', Arn }],
    },
  };
}

function queue(name: RegExp): LocalQueue {
  const found = [...cloud.directory.queues.values()].find((each) => name.test(each.name));
  if (found === undefined) throw new Error(`there is no queue ${name}`);
  return found;
}

const put = async (entries: readonly { readonly what: string; readonly detail: unknown }[]) => {
  const { FailedEntryCount } = await client.send(
    new PutEventsCommand({
      Entries: entries.map(({ what, detail }) => ({
        EventBusName: 'tributary',
        Source: 'tributary.accounts',
        DetailType: what,
        Detail: JSON.stringify(detail),
      })),
    }),
  );
  expect(FailedEntryCount).toBe(0);
};

/** Waits until both rows of an account are at the version, and gives them. */
async function rows(id: string, version: number) {
  const paths = [`/accounts/${id}`, `/accounts/${id}/statement`];
  return vi.waitFor(async () => {
    const answers = await Promise.all(paths.map((path) => accepted(app.get(path))));
    expect(answers.map(({ headers }) => headers.get('etag'))).toEqual([`"${version}"`, `"${version}"`]);
    return answers.map(({ body }) => body);
  }, WAIT);
}

const waiting = (name: RegExp) => {
  const { visible, inFlight, delayed } = queue(name).counts();
  return visible + inFlight + delayed;
};

/** What has come out of the queues of dead letters so far. On a slow machine others may lie there that were taken late. */
const dead: unknown[] = [];

/** Waits until a queue of dead letters has held the hint of an event. What one test receives another may wait for. */
async function givenUp(name: RegExp, { context }: { readonly context: unknown }): Promise<void> {
  const letter = JSON.parse(JSON.stringify({ name: name.source, context }));
  await vi.waitUntil(async () => {
    const messages = await queue(name).receive({ max: 10, waitMs: 200 });
    dead.push(...messages.map(({ body }) => ({ name: name.source, context: JSON.parse(body) })));
    return dead.some((one) => isDeepStrictEqual(one, letter));
  }, WAIT);
}

describe('Another service', () => {
  it('is told what its rule asks for, as the log has it with its position in the feed, and of nothing else', async () => {
    const id = await openAccount(app);
    const pay = (amount: number, who = 'clerk-7') =>
      app.post(`/accounts/${id}/receive-payment`, { amount, on: '2026-01-02' }, { 'x-local-user': who });
    for (const [amount, who] of [[999_99], [1_000_00], [2_000_00, 'auditor'], [3_000_00]] as const) {
      await accepted(pay(amount, who));
    }
    const { events } = await stream(app, id);
    const told = new Map<string, unknown>();
    await vi.waitUntil(async () => {
      for (const message of await queue(/^large-payments$/).receive({ max: 10, waitMs: 200 })) {
        const event = JSON.parse(message.body);
        told.set(event.detail.context.id, event);
      }
      return told.size >= 2;
    }, WAIT);
    const expected = [events[2], events[4]].map((event) => ({
      version: '0',
      id: expect.any(String),
      'detail-type': 'PaymentReceived',
      source: 'tributary.accounts',
      account: '000000000000',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'eu-west-1',
      resources: [],
      detail: { ...event, context: { ...event?.context, position: expect.any(String) } },
    }));
    expect([...told.values()]).toEqual(expect.arrayContaining(expected));
    expect(told.size).toBe(2);
  });
});

describe('A message on the bus', () => {
  it('that has been there before, in whatever order, changes no row', async () => {
    const id = await openAccount(app, { amount: 100_00 });
    await accepted(app.post(`/accounts/${id}/pay-interest`, { percent: 5, on: '2026-02-01' }));
    const before = await rows(id, 3);
    const { events } = await stream(app, id);
    const again = events.toReversed().map((event) => ({ what: event.context.what, detail: event }));
    for (let time = 0; time < 3; time += 1) await put(again);
    await vi.waitUntil(() => waiting(/-summary$/) + waiting(/-statement$/) === 0, WAIT);
    expect(await rows(id, 3)).toEqual(before);
    expect(await account(app, id)).toMatchObject({ balance: 105_00, version: 3 });
  });

  it.concurrent.each([3, 4, 7])(
    'of version %i, which the log has not got, changes no row and is given up, and others pass it by',
    async (version) => {
      const id = await openAccount(app, { amount: 100_00 });
      const before = await rows(id, 2);
      const [, payment] = (await stream(app, id)).events;
      const forged = { data: { amount: 1_000_000_00 }, context: { ...payment?.context, version } };
      await put([{ what: 'PaymentReceived', detail: forged }]);

      await Promise.all([givenUp(/-summary_dead-letters$/, forged), givenUp(/-statement_dead-letters$/, forged)]);
      expect(await rows(id, 2)).toEqual(before);

      await accepted(app.post(`/accounts/${id}/withdraw`, { amount: 100_00, on: '2026-02-01' }));
      expect(await rows(id, 3)).toMatchObject([{ balance: 0 }, { total: 0 }]);
    },
  );

  it.concurrent('that is no event of this log is given up without a row', async () => {
    const id = newId();
    const context = { what: 'AccountOpened', stream: `account-${id}`, version: 1, schemaVersion: 1 };
    const forged = [
      { context: { stream: `account-${id}` } },
      { context: { ...context, version: 1.5 }, data: {} },
      { context: { ...context, stream: `account-${id}/1` }, data: {} },
    ];
    await put(forged.map((detail) => ({ what: 'AccountOpened', detail })));
    for (const detail of forged) await givenUp(/-summary_dead-letters$/, detail);
    expect((await app.get(`/accounts/${id}`)).status).toBe(404);
  });
});
