/** An app that has lost one grant runs, and is denied just what the grant was for, as when it is deployed. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../infra/local/start.ts';
import { accepted, expectProblem, newId } from '../support/account-journey.ts';
import { type AssemblyCopy, assemblyCopy, type Resources } from '../support/assembly-copy.ts';
import { httpClient } from '../support/http-client.ts';

const lines: string[] = [];
let copy: AssemblyCopy;
let cloud: LocalCloud;

/** The commands of the accounts may no longer write events. */
function takeAway(resources: Resources, stack: string): void {
  if (stack !== 'tributary-accounts') return;
  const policies = Object.entries(resources).filter(([id]) => /^CommandsRoleDefaultPolicy/.test(id));
  const without = (json: string) => json.replace('"dynamodb:GetItem","dynamodb:PutItem"', '"dynamodb:GetItem"');
  for (const [, policy] of policies) {
    const before = JSON.stringify(policy.Properties);
    policy.Properties = JSON.parse(without(before));
    if (without(before) === before) throw new Error('The grant to take away is not there.');
  }
}

beforeAll(async () => {
  copy = await assemblyCopy(inject('assembly'), 'denied-journey', takeAway);
  const log = (level: string, source: string, line: string) => void lines.push(`${level} ${source}: ${line}`);
  cloud = await startLocalCloud({ assembly: copy.folder, port: 0, dynamodbEndpoint: inject('dynamodbEndpoint'), log });
});
afterAll(async () => {
  await cloud?.stop();
  await copy?.remove();
});

const denials = () => lines.filter((line) => line.includes('IAM denies'));

it('A command that may not write is answered 500, and one line says which grant is missing where', async () => {
  const app = httpClient(cloud.url);
  const id = newId();
  const opened = await app.post(`/accounts/${id}/open`, { owner: 'Ada', on: '2026-01-01' });
  expectProblem(opened, { status: 500 });
  expect(denials()).toEqual([
    expect.stringMatching(
      /^error tributary-accounts-commands: IAM denies dynamodb:PutItem on arn:aws:dynamodb:\S+:table\/denied-journey-tributary-accounts-Events\w+: no policy allows it\. Add it to the role tributary-accounts\/CommandsRole, or start with --no-iam\.$/,
    ),
  ]);
  expect((await app.get(`/accounts/${id}`)).status).toBe(404);
  await accepted(app.post(`/people/${id}/register`, { name: id }));
  expect(denials()).toHaveLength(1);
});
