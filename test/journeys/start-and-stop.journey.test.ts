/** What a person meets who starts the local cloud, and stops it again. */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it, vi } from 'vitest';
import { accepted, newId, openAccount, stream } from '../support/account-journey.ts';
import { assemblyCopy, ofType } from '../support/assembly-copy.ts';
import { type HttpClient, httpClient } from '../support/http-client.ts';
import { endLocalRuns, type LocalRun, localRun } from '../support/local-run.ts';

const synthesized = ['--assembly', inject('assembly')];
const DYNAMODB_ENDPOINT = inject('dynamodbEndpoint');
afterAll(endLocalRuns);

/** Expects an end with exit code 1 and these lines, and nothing else, on the error output. */
async function expectRefusal({ ended }: LocalRun, ...lines: readonly RegExp[]): Promise<void> {
  const { code, errors } = await ended;
  const said = errors.trimEnd().split('\n');
  expect(said).toEqual(lines.map((line) => expect.stringMatching(line)));
  expect(code).toBe(1);
}

/** Longer than a run needs to stop and to start again. */
const DEADLINE_MS = 12_000;

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe.concurrent('A start', () => {
  it('says how far it is, where to go and what to try; what it says works, and Ctrl-C ends all of it', async () => {
    const run = localRun([]);
    const url = await run.url;
    const output = run.output();
    const steps = [
      'synthesiz',
      'template read',
      'DynamoDB at',
      'tables',
      'functions',
      'event source mappings',
      'running',
    ];
    const found = steps.map((step) => output.search(new RegExp(`^ *\\d+\\.\\d s  .*${step}`, 'm')));
    expect(found).not.toContain(-1);
    const [, eventBridge = ''] = /^EventBridge +(\S+)$/m.exec(output) ?? [];
    const [, dynamodb = ''] = /^DynamoDB +(\S+)$/m.exec(output) ?? [];

    const curls = output.split('\n').flatMap((line) => /^ *curl (.*)$/.exec(line)?.[1] ?? []);
    expect(curls).toHaveLength(3);
    for (const curl of curls.slice(0, 2)) {
      const [, address = '', type = '', body = ''] = /^-X POST (\S+) -H '([^']+)' -d '([^']+)'$/.exec(curl) ?? [];
      const [name = '', value = ''] = type.split(': ');
      const response = await fetch(address, { method: 'POST', headers: { [name]: value }, body });
      expect(response.status).toBe(200);
    }
    const [, address = '', name = '', value = ''] = /^(\S+) -H '([^:]+): ([^']+)'$/.exec(curls[2] ?? '') ?? [];
    const statement = await fetch(address, { headers: { [name]: value } });
    expect(await statement.json()).toMatchObject({ id: 'alice', total: 100_00 });
    expect((await fetch(`${url}/health`)).status).toBe(200);

    run.signal('SIGINT');
    expect(await run.ended).toEqual({ code: 0, errors: '' });
    expect(await Promise.all([url, eventBridge, dynamodb].map(answers))).toEqual([false, false, false]);
  });

  it('finds the data of the last run again, changes nothing in it, keeps its deadlines, and goes on', async () => {
    const first = localRun(synthesized, { DYNAMODB_ENDPOINT });
    const url = await first.url;
    const PORT = new URL(url).port;
    const app = httpClient(url);
    const id = await openAccount(app, { amount: 100_00 });
    const before = [await row(app, id, 2), await stream(app, id)];
    const waiting = newId();
    const confirmBy = new Date(Date.now() + DEADLINE_MS).toISOString();
    const asked = { from: newId(), to: newId(), amount: 1, on: '2026-01-02', confirmBy };
    await accepted(app.post(`/transfers/${waiting}/request`, asked));

    await expectRefusal(localRun(synthesized, { DYNAMODB_ENDPOINT, PORT }), new RegExp(`^Port ${PORT} is in use\\. `));
    expect((await app.get('/health')).status).toBe(200);
    first.signal('SIGTERM');
    expect(await first.ended).toEqual({ code: 0, errors: '' });
    expect(await answers(DYNAMODB_ENDPOINT)).toBe(true);

    const second = localRun(synthesized, { DYNAMODB_ENDPOINT, PORT });
    expect(await second.url).toBe(url);
    expect([await row(app, id, 2), await stream(app, id)]).toEqual(before);
    // The stream is read from its beginning and in order: with the row of a new account, all before it has been read.
    const other = await openAccount(app, { amount: 1 });
    await row(app, other, 2);
    expect([await row(app, id, 2), await stream(app, id)]).toEqual(before);
    await accepted(app.post(`/accounts/${id}/withdraw`, { amount: 100_00, on: '2026-01-02' }));
    expect(await row(app, id, 3)).toMatchObject({ balance: 0 });
    await vi.waitFor(
      async () => {
        const { body } = await app.get(`/transfers/${waiting}`);
        expect(body).toMatchObject({ status: 'failed', reason: 'not-confirmed' });
      },
      { timeout: 40_000, interval: 100 },
    );
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(confirmBy));
  });
});

it('A run with faults on purpose says which, with their seed, and goes on without them at a signal', async () => {
  const run = localRun(synthesized, { DYNAMODB_ENDPOINT, CHAOS: 'seed=7,crash=1' });
  const app = httpClient(await run.url);
  expect(run.output()).toMatch(/^Faults on purpose, seed 7:\n {2}crash +1 .*\n {2}kill -USR2 \d+ ends them\.$/m);
  const open = () => app.post(`/accounts/${newId()}/open`, { owner: 'Ada', on: '2026-01-01' });
  expect(await open()).toMatchObject({ status: 500, body: { message: 'Internal Server Error' } });
  run.signal('SIGUSR2');
  await vi.waitFor(() => expect(run.output()).toMatch(/^No more faults on purpose\. There were: crash \d+\.$/m));
  await accepted(open());
});

/** The plain row of an account, once it has come to a version. */
const row = (app: HttpClient, id: string, version: number) =>
  vi.waitFor(
    async () => {
      const { body } = await accepted(app.get(`/accounts/${id}`));
      expect(body.version).toBe(version);
      return body;
    },
    { timeout: 20_000, interval: 50 },
  );

describe('A start that cannot be', () => {
  it('names the port that is taken, whichever it is', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await vi.waitUntil(() => server.listening);
    const address = server.address();
    const taken = String(Object(address).port);
    try {
      for (const setting of ['PORT', 'EVENTBRIDGE_PORT']) {
        const said = new RegExp(`^Port ${taken} is in use\\. .*${setting}=\\d+ npm start$`);
        await expectRefusal(localRun(synthesized, { DYNAMODB_ENDPOINT, [setting]: taken }), said);
      }
    } finally {
      server.close();
    }
  });

  it('names the setting that is none', async () => {
    await expectRefusal(localRun(synthesized, { PORT: 'http' }), /^PORT=http is no port\. /);
    await expectRefusal(
      localRun(synthesized, { CHAOS: 'explode=1' }),
      /^CHAOS=explode=1: there is no "explode"\. .*bus-outage/,
    );
    await expectRefusal(localRun(['--assembley', 'x']), /^"--assembley" is not understood\. .*--assembly/);
    await expectRefusal(localRun(['--assembly', tmpdir()]), /is not a synthesized CDK app.*cdk synth/);
  });

  it('names a DynamoDB that does not answer', async () => {
    const run = localRun(synthesized, { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' });
    await expectRefusal(
      run,
      /^No DynamoDB answers at DYNAMODB_ENDPOINT=http:\/\/127\.0\.0\.1:1 .*unset DYNAMODB_ENDPOINT/,
    );
  });

  it('names what can be done without Java', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tributary-path-'));
    try {
      await symlink(process.execPath, join(folder, 'node'));
      const run = localRun(synthesized, { PATH: folder });
      await expectRefusal(run, /^DynamoDB Local needs Java 17 or newer.*Docker.*DYNAMODB_ENDPOINT/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('names every resource and property of a template that it does not know', async () => {
    const copy = await assemblyCopy(inject('assembly'), 'unknown', (resources, stack) => {
      for (const { Properties } of ofType(resources, 'AWS::Events::EventBus')) Properties.Colour = 'blue';
      if (stack.endsWith('operations')) resources.Ledger = { Type: 'AWS::QLDB::Ledger', Properties: {} };
    });
    try {
      await expectRefusal(
        localRun(['--assembly', copy.folder]),
        /^The local cloud cannot run this template:$/,
        /Bus.*AWS::Events::EventBus.*Colour/,
        /Ledger.*AWS::QLDB::Ledger/,
        /^To start without .*: --without AWS::QLDB::Ledger$/,
      );
    } finally {
      await copy.remove();
    }
  });
});
