/** A function that is ended on purpose has done its work or not; nobody has its answer, and the next invocation works. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../../../../infra/local/engine/local-clock.ts';
import type { LocalFunction } from '../../../../../infra/local/services/lambda/lambda-function.ts';
import { createFunction } from '../../../../../infra/local/services/lambda/local-function.ts';
import { chaoticBatches } from '../../../../../infra/local/services/lambda/mappings/chaotic-batches.ts';
import { scriptedFaults } from '../../../../support/scripted-faults.ts';

const CODE = `import { writeFileSync } from 'node:fs';
  export const handler = async ({ file, hang }) => {
    if (hang) await new Promise((resolve) => setTimeout(resolve, 4_000));
    writeFileSync(file, 'done');
    return 'done';
  };`;
const codeFolder = mkdtempSync(join(tmpdir(), 'function-'));
writeFileSync(join(codeFolder, 'index.mjs'), CODE);
const file = join(codeFolder, 'work');
let made: LocalFunction;
afterEach(async () => {
  await made.stop();
  rmSync(file, { force: true });
});

it.each([
  ['before', 0, false, false],
  ['in the middle of', 1.5 / 3, true, false],
  ['after', 2.5 / 3, false, true],
])('%s its work', async (_, moment, hang, isDone) => {
  const faults = scriptedFaults(moment);
  faults.active.add('crash');
  const definition = { name: 'orders', arn: 'arn', codeFolder, handler: 'index.handler', environment: {} };
  made = createFunction({ ...definition, timeoutMs: 5_000, memoryMb: 128 }, () => {}, systemClock, faults);
  expect(await made.invoke({ file, hang })).toMatchObject({ ok: false, reason: 'crash' });
  expect(existsSync(file)).toBe(isDone);
  faults.active.clear();
  expect(await made.invoke({ file })).toEqual({ ok: true, payload: 'done' });
});

it('A batch of a stream comes again, and the second answer counts', async () => {
  const faults = scriptedFaults();
  faults.active.add('duplicate');
  const events: unknown[] = [];
  made = {
    name: 'relay',
    arn: 'arn',
    timeoutMs: 1_000,
    invoke: async (event) => ({ ok: true, payload: events.push(event) }),
    invokeAsync: async () => {},
    stop: async () => {},
  };
  expect(await chaoticBatches(made, 'Events', faults).invoke('batch')).toEqual({ ok: true, payload: 2 });
  expect(events).toEqual(['batch', 'batch']);
});
