/** A process takes each input once and is answered once, whatever fails between two steps. */
import { describe, expect, it } from 'vitest';
import { KitError, type StreamId } from '#shared/event/index.ts';
import { overdueHints } from '#shared/process-manager/index.ts';
import { tally } from '../../support/tally.ts';
import { type Around, bookingWorld, GIVE_UP_AT, process } from './bookings.ts';

const source = tally('1');
const own = process('1');
const target = tally('target');

type World = ReturnType<typeof bookingWorld>;

const noteOf = (world: World, ...texts: string[]) => world.machine().command('1', 'note', { texts });

const all = async (world: World) => ({
  source: await world.eventsOf(source),
  target: await world.eventsOf(target),
  inputs: (await world.eventsOf(own)).filter(({ what }) => what === 'ProcessReacted').length,
});

const unavailable = () => new KitError('store-unavailable', 'on purpose', { retryable: true });

async function untilDone(world: World, around?: Around): Promise<void> {
  for (const stream of [source, own]) {
    for (let tries = 0; ; tries += 1) {
      try {
        await world.machine(around).take(stream);
        break;
      } catch (error) {
        if (!(error instanceof KitError && error.retryable) || tries > 50) throw error;
      }
    }
  }
}

describe('A process', () => {
  it('takes an event, sends a command, and ends with its answer: one commit for each input', async () => {
    const world = bookingWorld();
    await noteOf(world, '5');
    await untilDone(world);
    expect(await world.eventsOf(target)).toEqual([{ what: 'Counted', data: { by: 5 } }]);
    const events = await world.eventsOf(own);
    expect(events.map(({ what }) => what)).toEqual([
      'ProcessReacted',
      'ProcessCommandSent',
      'ProcessReacted',
      'ProcessEnded',
    ]);
    expect(world.commits.get(own)).toHaveLength(2);
  });

  it('makes up for what is refused', async () => {
    const world = bookingWorld();
    await noteOf(world, '-5');
    await untilDone(world);
    expect(await world.eventsOf(target)).toEqual([]);
    expect((await world.eventsOf(source)).at(-1)).toEqual({ what: 'Noted', data: { text: 'back' } });
  });

  it('is one story with what started it, and with all that it sends', async () => {
    const world = bookingWorld();
    await noteOf(world, '-5');
    await untilDone(world);
    const stories = [...world.commits.keys()].map(async (stream) => {
      const { commits } = await world.store.readCommits(stream as StreamId, { after: 0 });
      return commits.map(({ correlationId }) => correlationId);
    });
    expect(new Set((await Promise.all(stories)).flat()).size).toBe(1);
  });

  /** One way a call can fail. */
  const FAILURES = {
    'before it is made': async () => {
      throw unavailable();
    },
    'after it was made': async (proceed: () => Promise<unknown>) => {
      await proceed();
      throw unavailable();
    },
  };

  describe.each(Object.entries(FAILURES))('comes out the same when any one call fails %s', (_, fail) => {
    it.each(['5', '-5', 'wait'])('of a note %s', async (text) => {
      const undisturbed = bookingWorld();
      await noteOf(undisturbed, text);
      let calls = 0;
      await untilDone(undisturbed, (_, proceed) => {
        calls += 1;
        return proceed();
      });
      const expected = { ...(await all(undisturbed)), scheduled: [...undisturbed.scheduled.keys()] };
      for (let failing = 1; failing <= calls; failing += 1) {
        const world = bookingWorld();
        await noteOf(world, text);
        let call = 0;
        await untilDone(world, (_, proceed) => {
          call += 1;
          return call === failing ? fail(proceed) : proceed();
        });
        const found = { ...(await all(world)), scheduled: [...world.scheduled.keys()] };
        // Schedules are named by what set them, which has other ids in another world.
        expect({ ...found, scheduled: found.scheduled.length }, `call ${failing} of ${calls}`).toEqual({
          ...expected,
          scheduled: expected.scheduled.length,
        });
      }
    });
  });

  it('is carried out once in effect by several at once', async () => {
    const world = bookingWorld();
    await noteOf(world, '5');
    await Promise.all(Array.from({ length: 4 }, () => world.machine().take(source)));
    await Promise.all(Array.from({ length: 4 }, () => world.machine().take(own)));
    expect(await all(world)).toMatchObject({ target: [{ what: 'Counted' }], inputs: 2 });
  });

  it('keeps to a refusal, also when another copy of its command finds that it could be carried out now', async () => {
    const world = bookingWorld();
    await noteOf(world, '-5');
    await world.machine().take(source);
    const [reached, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let isHeld = false;
    const slow = world.machine(async ([part, call], proceed) => {
      const isTargets = part === 'store' && call === 'load' && isHeld === false;
      if (!isTargets) return proceed();
      const state = await proceed();
      if (state !== undefined) isHeld = true;
      reached.resolve();
      await go.promise;
      return state;
    });
    const late = slow.take(own).catch((error: unknown) => error);
    await Promise.race([reached.promise, late]);
    await world.machine().take(own);
    await world.machine().command('target', 'count', { by: 9 });
    go.resolve();
    await late;
    await untilDone(world);
    expect(await world.eventsOf(target)).toEqual([{ what: 'Counted', data: { by: 9 } }]);
    expect((await world.eventsOf(source)).filter(({ data }) => JSON.stringify(data).includes('back'))).toHaveLength(1);
  });

  it('takes nothing any more once it has ended', async () => {
    const world = bookingWorld();
    await noteOf(world, '5');
    await untilDone(world);
    await noteOf(world, '6');
    await untilDone(world);
    expect(await world.eventsOf(target)).toEqual([{ what: 'Counted', data: { by: 5 } }]);
  });
});

describe('A deadline', () => {
  it('is set once it is recorded, and noticed when it has passed, never before', async () => {
    const world = bookingWorld();
    await noteOf(world, 'wait');
    await untilDone(world);
    const [deadline] = [...world.scheduled.values()];
    expect(deadline).toMatchObject({ stream: own, at: GIVE_UP_AT });
    world.time.now = new Date(Date.parse(GIVE_UP_AT) - 1);
    await world.machine().take(own, 1);
    expect((await all(world)).inputs).toBe(1);
    world.time.now = new Date(GIVE_UP_AT);
    await world.machine().take(own, 1);
    expect((await world.eventsOf(source)).at(-1)).toEqual({ what: 'Noted', data: { text: 'late' } });
  });

  it('is cancelled by what was waited for, and changes nothing when it goes off all the same', async () => {
    const world = bookingWorld();
    await noteOf(world, 'wait');
    await untilDone(world);
    await noteOf(world, '5');
    await untilDone(world);
    expect(world.scheduled.size).toBe(0);
    world.time.now = new Date(Date.parse(GIVE_UP_AT) + 1);
    const before = await all(world);
    await world.machine().take(own, 1);
    expect(await all(world)).toEqual(before);
  });

  it('is set again when whoever keeps the alarms has lost it', async () => {
    const world = bookingWorld();
    await noteOf(world, 'wait');
    await untilDone(world);
    world.scheduled.clear();
    await world.machine().take(own, 1);
    expect([...world.scheduled.values()]).toMatchObject([{ stream: own, at: GIVE_UP_AT }]);
  });

  it('that nobody was told of is found when it is overdue, and only then', async () => {
    const world = bookingWorld();
    await noteOf(world, 'wait');
    await untilDone(world);
    const later = (seconds: number) => new Date(Date.parse(GIVE_UP_AT) + seconds * 1_000);
    expect(await overdueHints(world.table, later(60))).toEqual([]);
    expect(await overdueHints(world.table, later(120))).toEqual([{ stream: own, version: 1 }]);
    world.time.now = later(120);
    await world.machine().take(own, 1);
    expect(await overdueHints(world.table, later(240))).toEqual([]);
  });

  it('that has passed before it could be set is noticed at once', async () => {
    const world = bookingWorld('2026-11-21T00:00:00.000Z');
    await noteOf(world, 'wait');
    await untilDone(world);
    expect(world.scheduled.size).toBe(0);
    expect((await world.eventsOf(source)).at(-1)).toEqual({ what: 'Noted', data: { text: 'late' } });
  });
});

describe('What cannot be done', () => {
  it('is told by name: a command that nobody has', async () => {
    const world = bookingWorld();
    await noteOf(world, 'nonsense');
    await world.machine().take(source);
    await expect(world.machine().take(own)).rejects.toMatchObject({
      code: 'command-not-carried-out',
      message: expect.stringContaining('booking-1 has sent no-such-command to tally-target'),
    });
  });

  it('is told by name: an event that the process cannot react to; what came before it is taken', async () => {
    const world = bookingWorld();
    await world.machine().command('1', 'note', { texts: ['wait'] });
    await noteOf(world, 'spoil');
    await expect(world.machine().take(source)).rejects.toMatchObject({
      code: 'event-not-applied',
      message: 'booking cannot react to Noted: this note cannot be booked',
    });
    expect((await world.table.read(source))?.watermark).toBe(1);
    expect((await all(world)).inputs).toBe(1);
  });

  it('waits while the target does not answer, and its deadlines are set all the same', async () => {
    const world = bookingWorld();
    await noteOf(world, 'wait');
    await world.machine().take(source);
    const down = world.machine(async ([part], proceed) => {
      if (part === 'send') throw unavailable();
      return proceed();
    });
    await down.take(own);
    expect(world.scheduled.size).toBe(1);
  });
});
