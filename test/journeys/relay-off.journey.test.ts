/** A relay that nobody calls fails nowhere: the reconciler tells of it, whether or not anything was recorded. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../infra/local/start.ts';
import { type AssemblyCopy, assemblyCopy, ofType } from '../support/assembly-copy.ts';

const lines: string[] = [];
let copy: AssemblyCopy;
let cloud: LocalCloud;

beforeAll(async () => {
  copy = await assemblyCopy(inject('assembly'), 'relay-off-journey', (resources, stack) => {
    if (stack !== 'tributary-accounts') return;
    for (const { Properties } of ofType(resources, 'AWS::Lambda::EventSourceMapping')) {
      if (Properties.StartingPosition !== undefined) Properties.Enabled = false;
    }
  });
  const log = (_: string, source: string, line: string) => void lines.push(`${source}: ${line}`);
  const dynamodbEndpoint = inject('dynamodbEndpoint');
  cloud = await startLocalCloud({ assembly: copy.folder, port: 0, dynamodbEndpoint, log });
});
afterAll(async () => {
  await cloud?.stop();
  await copy?.remove();
});

it('The reconciler of its context says so, and what to do; those of the others say nothing', async () => {
  for (const { name, invoke } of cloud.directory.functions.values()) {
    if (name.endsWith('-reconcile')) expect(await invoke({})).toMatchObject({ ok: true });
  }
  const said = lines.filter((line) => line.includes('nothing new reaches the feed'));
  expect(said.length).toBeGreaterThan(0);
  for (const line of said) {
    expect(line).toMatch(
      /^tributary-accounts-reconcile: .*is Disabled.*update-event-source-mapping --uuid [\w-]+ --enabled/,
    );
  }
});
