/** A short soak: commands under faults at every hop, and in the end everything is as the log says. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { chaosOf } from '../../infra/local/engine/chaos/chaos-settings.ts';
import { type Chaos, createChaos } from '../../infra/local/engine/chaos/faults.ts';
import { type LocalCloud, startLocalCloud } from '../../infra/local/start.ts';
import { soak } from '../soak/soak.ts';
import { type AssemblyCopy, assemblyCopy } from '../support/assembly-copy.ts';

const SETTINGS = chaosOf(
  'seed=7,duplicate=0.2,reorder=0.3,drop=0.05,crash=0.02,throttle=0.05,conflict=0.05,bus-outage=0.05',
);
let chaos: Chaos;
let copy: AssemblyCopy;
let cloud: LocalCloud;

beforeAll(async () => {
  chaos = createChaos(SETTINGS);
  copy = await assemblyCopy(inject('assembly'), 'soak-journey', (resources) => {
    for (const { Properties } of Object.values(resources)) {
      const { Variables } = Object(Properties.Environment);
      if (Variables?.SETTLE_SECONDS !== undefined) Variables.SETTLE_SECONDS = '1';
    }
  });
  const dynamodbEndpoint = inject('dynamodbEndpoint');
  cloud = await startLocalCloud({ assembly: copy.folder, port: 0, dynamodbEndpoint, faults: chaos, log: () => {} });
});
afterAll(async () => {
  await cloud?.stop();
  await copy?.remove();
});

it('Whatever is lost, doubled, late, refused or killed, each answer was true and every view is as the log says', async () => {
  const result = await soak({ cloud, chaos, seed: SETTINGS.seed, commands: 150, clients: 6 });
  expect(result).toMatchObject({ differences: [] });
  expect(result.recorded + result.refused).toBe(150);
  expect(result.commits).toBeGreaterThanOrEqual(result.recorded);
  const { duplicate, reorder, drop, crash, throttle, conflict } = result.injected;
  for (const count of [duplicate, reorder, drop, crash, throttle, conflict]) expect(count).toBeGreaterThan(0);
}, 180_000);
