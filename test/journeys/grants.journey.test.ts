/** The grants of the template are enough for everything that functions do. */
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../infra/local/start.ts';
import { accepted, account, newId, openAccount, stream } from '../support/account-journey.ts';
import { type AssemblyCopy, assemblyCopy, ofType } from '../support/assembly-copy.ts';
import type { LambdaFunction } from '../support/grants.ts';
import { type HttpClient, httpClient } from '../support/http-client.ts';
import { type ListeningProxy, listeningProxy } from '../support/listening-proxy.ts';

const lines: string[] = [];
let copy: AssemblyCopy;
let proxy: ListeningProxy;
let cloud: LocalCloud;

beforeAll(async () => {
  copy = await assemblyCopy(inject('assembly'), 'grants-journey', (resources) => {
    for (const { Properties } of ofType(resources, 'AWS::Lambda::Function')) {
      const { FunctionName, Environment } = Properties as LambdaFunction; // the template has them for each function
      Environment.Variables.AWS_SDK_UA_APP_ID = FunctionName;
    }
  });
  proxy = await listeningProxy(inject('dynamodbEndpoint'));
  const log = (_: string, source: string, line: string) => void lines.push(`${source}: ${line}`);
  cloud = await startLocalCloud({ assembly: copy.folder, port: 0, dynamodbEndpoint: proxy.url, log });
});
afterAll(async () => {
  await cloud?.stop();
  await proxy?.stop();
  await copy?.remove();
});

it('Every function does its work, and none is denied anything', async () => {
  const app = httpClient(cloud.url);
  const on = '2026-01-02';
  const id = await openAccount(app, { amount: 100_00 });
  const pay = () => app.post(`/accounts/${id}/receive-payment`, { amount: 1, on }, { 'idempotency-key': 'k' });
  await accepted(pay());
  await accepted(pay());
  await Promise.all(
    Array.from({ length: 12 }, () => accepted(app.post(`/accounts/${id}/receive-premium`, { amount: 1, on }))),
  );
  await account(app, id);
  await stream(app, id);
  await vi.waitFor(
    async () => {
      for (const path of ['', '/statement']) {
        expect((await app.get(`/accounts/${id}${path}`)).headers.get('etag')).toBe('"15"');
      }
    },
    { timeout: 40_000, interval: 50 },
  );
  await answerInEveryWay(app);
  await transferMoney(app, id);
  await useTheRegistry(app);
  await transfer(app, id);
  await scanParcels(app);
  await accepted(app.get('/feed/accounts'));
  await accepted(app.get('/feed/accounts?after=0.0000000000000001&limit=5'));
  await accepted(app.get('/health'));
  await accepted(app.get('/projections'));
  for (const { name, invoke } of cloud.directory.functions.values()) {
    if (name.endsWith('-reconcile')) expect(await invoke({})).toMatchObject({ ok: true });
  }

  expect(lines.filter((line) => line.includes('IAM denies'))).toEqual([]);
  const silent = [...cloud.directory.functions.values()]
    .map(({ name }) => name)
    .filter((name) => !proxy.heard.has(name));
  expect(silent.toSorted()).toEqual(['tributary-not-found', 'tributary-up']);
});

/** One that is compensated: its answer is kept, and the money goes back. */
async function transfer(app: HttpClient, from: string): Promise<void> {
  const id = newId();
  await accepted(app.post(`/transfers/${id}/request`, { from, to: newId(), amount: 1, on: '2026-01-02' }));
  await vi.waitFor(async () => expect((await app.get(`/transfers/${id}`)).body).toMatchObject({ status: 'failed' }), {
    timeout: 20_000,
    interval: 50,
  });
}

/** With its result, and later: in each context a command is accepted, carried out and asked for. */
async function answerInEveryWay(app: HttpClient): Promise<void> {
  const id = newId();
  const scans = [{ scanId: 's', what: 'ReceivedAtDepot', at: '2016-10-12T09:06:31.432Z', depotId: id }];
  const commands = [
    [`/accounts/${id}/open`, { owner: 'Ada', on: '2026-01-01' }],
    [`/people/${id}/register`, { name: 'Ada' }],
    [`/parcels/${id}/scans`, { scans }],
  ] as const;
  for (const [path, body] of commands) {
    const prefer = 'respond-async, wait=20';
    await accepted(app.post(path, body, { prefer, 'idempotency-key': 'k' }));
    await accepted(app.post(path, body, { prefer: 'return=representation', 'idempotency-key': 'k' }));
  }
  for (const category of ['account', 'person', 'parcel']) await accepted(app.get(`/commands/${category}-${id}/k`));
}

/** With a deadline, which a schedule waits for until it is not needed any more. */
async function transferMoney(app: HttpClient, from: string): Promise<void> {
  const to = await openAccount(app);
  const id = newId();
  const confirmBy = new Date(Date.now() + 3_600_000).toISOString();
  await accepted(app.post(`/transfers/${id}/request`, { from, to, amount: 1, on: '2026-01-03', confirmBy }));
  const status = async () => Object((await app.get(`/transfers/${id}`)).body).status;
  const patiently = { timeout: 20_000, interval: 50 };
  await vi.waitFor(async () => expect(await status()).toBe('awaiting-confirmation'), patiently);
  await accepted(app.post(`/transfers/${id}/confirm`, {}));
  await vi.waitFor(async () => expect(await status()).toBe('completed'), patiently);
}

/** Names that change hands, entries in more than one write, rows that are joined, and a search. */
async function useTheRegistry(app: HttpClient): Promise<void> {
  const id = newId();
  const contactDetails = {
    email: 'info@example.com',
    address: { street: 'Kerkstraat', number: 9, zipcode: 3560, city: 'Lummen' },
  };
  await accepted(app.post(`/organizations/${id}/register`, { name: id, contactDetails }));
  await accepted(app.post(`/organizations/${id}/add-member`, { personId: id }));
  await accepted(app.post(`/people/${id}/register`, { name: id }));
  await accepted(app.post(`/organizations/${id}/rename`, { name: LONG_NAME }));
  await accepted(app.post(`/organizations/${id}/rename`, { name: id }));
  await vi.waitFor(
    async () => {
      const { body } = await app.get(`/organizations/${id}`);
      expect(body).toMatchObject({ name: id, members: [{ id, name: id }], version: 4 });
      expect((await app.get(`/search?q=${id}`)).body).toMatchObject({ entries: [{ id }, { id }] });
    },
    { timeout: 40_000, interval: 50 },
  );
}

/** A batch whose entries are more than one write takes, and the views that follow it. */
async function scanParcels(app: HttpClient): Promise<void> {
  const id = newId();
  const at = '2016-10-12T11:35:02.163Z';
  const scans = Array.from({ length: 100 }, (_, index) => ({
    scanId: `${index}`,
    what: 'LoadedOntoTruck',
    at,
    truckId: id,
  }));
  await accepted(app.post(`/parcels/${id}/scans`, { scans }));
  await vi.waitFor(
    async () => {
      expect((await app.get(`/parcels/${id}`)).body).toMatchObject({ id, version: 100 });
      expect((await app.get(`/trucks/${id}/parcels`)).body).toMatchObject({ parcels: [id] });
    },
    { timeout: 40_000, interval: 50 },
  );
}

/** Its entries are more than one write takes. */
const LONG_NAME = Array.from({ length: 20 }, (_, index) => `${String.fromCharCode(97 + index)}bcdefgh`).join(' ');
