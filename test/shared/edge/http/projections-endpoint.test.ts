import { describe, expect, it } from 'vitest';
import { projectionStatus } from '#shared/edge/http/index.ts';
import { activateVersion, catchUp, parkStream, recordFirstActive } from '#shared/projection/index.ts';
import { counted, journal, tally } from '../../../support/tally.ts';
import { NOW, rebuildWorld } from '../../projection/rebuild-harness.ts';

const clock = () => NOW;

describe('The status of a projection', () => {
  it('is filling while an older version than that of the code is active', async () => {
    const world = rebuildWorld();
    const statusOf = (version: number) =>
      projectionStatus({ context: 'tallies', projection: { ...journal, version }, ...world }, clock, () => true);
    expect(await statusOf(1)).toMatchObject({ version: 1, active: null, state: 'current' });
    await recordFirstActive(world.versions, 1, clock);
    expect(await statusOf(1)).toMatchObject({ version: 1, active: 1, state: 'current' });
    expect(await statusOf(2)).toMatchObject({ version: 2, active: 1, state: 'filling' });
    await activateVersion(world.versions, 2, clock);
    expect(await statusOf(2)).toMatchObject({ version: 2, active: 2, state: 'current' });
    expect(await statusOf(1)).toMatchObject({ version: 1, active: 2, state: 'current' });
  });

  it('is lagging while something of the feed is missing, and parked while a stream waits for a redrive', async () => {
    const world = rebuildWorld();
    const status = () => projectionStatus({ context: 'tallies', projection: journal, ...world }, clock, () => true);
    const table = world.versions.table(1);
    await world.append('1', counted(1), counted(2));
    expect(await status()).toMatchObject({ state: 'lagging', lag: { events: 2 }, parked: 0 });
    await catchUp({ store: world.store, table }, journal, tally('1'), 2);
    expect(await status()).toMatchObject({ state: 'current', lag: { events: 0 } });
    await parkStream({ table, clock }, journal, tally('1'), new Error('spoilt'));
    expect(await status()).toMatchObject({ state: 'parked', parked: 1 });
  });
});
