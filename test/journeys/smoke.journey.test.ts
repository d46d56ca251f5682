/** The smoke test plays the story against a stage that lets nobody in without a right signature, and tells what is wrong in a line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { signedRequests } from '../../infra/cli/signed-requests.ts';
import { type SignedGateway, signedGateway } from '../support/signed-gateway.ts';

const KEYS = { AKIDSMOKE: 'a secret of nobody' };
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIDSMOKE', AWS_SECRET_ACCESS_KEY: KEYS.AKIDSMOKE };

/** Nothing of the machine that the tests run on is taken for credentials. */
const NOBODY = {
  HOME: tmpdir(),
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_SESSION_TOKEN: '',
  AWS_PROFILE: '',
  AWS_REGION: '',
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
  AWS_EC2_METADATA_DISABLED: 'true',
};

async function smoke(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const tool = resolve(import.meta.dirname, '../../infra/cli/smoke.ts');
  const given = Object.entries({ ...process.env, ...NOBODY, ...env }).filter(([, value]) => value !== '');
  const child = spawn(process.execPath, [tool, ...args], { env: Object.fromEntries(given) });
  const said = { out: '', errors: '' };
  child.stdout.on('data', (chunk) => {
    said.out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    said.errors += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code: code as number | null, ...said }; // once() does not know what an event carries
}

let gateway: SignedGateway;
beforeAll(async () => {
  gateway = await signedGateway({ target: inject('appUrl'), region: 'eu-west-1', keys: KEYS });
});
afterAll(() => gateway.stop());

const at = (url: string, region = 'eu-west-1') => ['--url', url, '--region', region];

describe('A stage that lets in who signs', () => {
  it('plays the whole story, with an account of its own each time, and every line is right', async () => {
    const both = await Promise.all([smoke(at(gateway.url), CREDENTIALS), smoke(at(`${gateway.url}/`), CREDENTIALS)]);
    const accounts = both.map(({ code, out, errors }) => {
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      expect(out).toContain('all 11 lines are right');
      expect(out).toContain('all 15 lines are right');
      return /Account (\S+) at/.exec(out)?.[1];
    });
    expect(new Set(accounts).size).toBe(2);
    expect(gateway.answered.filter((one) => one.endsWith(' 403'))).toEqual([]);
  });

  it('is asked again while a part of it starts', async () => {
    let refusals = 3;
    const starting = await signedGateway({
      target: inject('appUrl'),
      region: 'eu-west-1',
      keys: KEYS,
      first: (path) => (!path.includes('/statement') && refusals-- > 0 ? 503 : undefined),
    });
    try {
      expect(await smoke(at(starting.url), CREDENTIALS)).toMatchObject({ code: 0, errors: '' });
      expect(starting.answered.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => 'GET /up 503'));
    } finally {
      await starting.stop();
    }
  });
});

describe('What is wrong is told in one line, and ends with 1', () => {
  const onlyLine = (line: string) => new RegExp(`^The smoke test could not be played: .*${line}.*\n$`);
  const refused = 'refuses the credentials';

  it.each([
    ['another secret', () => at(gateway.url), { ...CREDENTIALS, AWS_SECRET_ACCESS_KEY: 'another' }, refused],
    ['an unknown key', () => at(gateway.url), { ...CREDENTIALS, AWS_ACCESS_KEY_ID: 'AKIDNOBODY' }, refused],
    ['another region', () => at(gateway.url, 'us-east-1'), CREDENTIALS, refused],
    ['no credentials', () => at(gateway.url), {}, 'There are no AWS credentials'],
    ['no region', () => ['--url', gateway.url], CREDENTIALS, 'The region of the API is not known'],
    ['no address', () => [], CREDENTIALS, 'say which API with --url'],
    ['an address that is none', () => at('ftp://here'), CREDENTIALS, 'ftp://here is no address of an API'],
    ['an option that is none', () => ['--nonsense'], CREDENTIALS, '--nonsense'],
    ['nobody there', () => at('http://127.0.0.1:9'), CREDENTIALS, 'bad port|ECONNREFUSED'],
  ])('%s', async (_, args, env, line) => {
    const { code, out, errors } = await smoke(args(), env);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(errors).toMatch(onlyLine(`(?:${line})`));
  });

  it('a page that is no API', async () => {
    const page = createServer((_, response) => response.end('<html>Welcome</html>')).listen(0, '127.0.0.1');
    await once(page, 'listening');
    try {
      const { code, errors } = await smoke(at(`http://127.0.0.1:${Object(page.address()).port}`), CREDENTIALS);
      expect({ code, errors }).toEqual({ code: 1, errors: expect.stringMatching(onlyLine('no Tributary is up')) });
    } finally {
      page.closeAllConnections();
      page.close();
    }
  });
});

describe('The stand-in for the gateway', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  it('lets nothing through that nobody signed, but the question whether the stage is up', async () => {
    expect((await fetch(`${gateway.url}/health`)).status).toBe(403);
    const up = await fetch(`${gateway.url}/up`);
    expect([up.status, await up.text()]).toEqual([204, '']);
  });

  it('lets nothing through that was changed after it was signed', async () => {
    for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
    const request = await signedRequests(new URL(gateway.url), 'eu-west-1');
    const query = '/streams/account-smoke?limit=1';
    expect((await request(query)).status).toBe(200);
    const send = fetch;
    vi.stubGlobal('fetch', (target: URL, init: RequestInit) => send(`${target}0`, init));
    expect((await request(query)).status).toBe(403);
    vi.stubGlobal('fetch', (target: URL, init: RequestInit) => send(target, { ...init, body: '{"amount":2}' }));
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"amount":1}' };
    expect((await request('/accounts/smoke/withdraw', sent)).status).toBe(403);
  });
});
