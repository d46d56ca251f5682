/** A process manager's queue: events go into processes, what they send is carried out, and what cannot be parks one stream alone. */
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { processConsumer } from '#shared/edge/queue/index.ts';
import { KitError } from '#shared/event/index.ts';
import { allParked, redriveStream } from '#shared/projection/index.ts';
import { tally } from '../../../support/tally.ts';
import { type Around, booking, bookingWorld, GIVE_UP_AT, process } from '../../process-manager/bookings.ts';

beforeEach(() => {
  for (const level of ['error', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

type World = ReturnType<typeof bookingWorld>;

const hint = (stream: string, version: number, receives = 1, others = {}) =>
  ({
    messageId: `${stream}@${version}`,
    body: JSON.stringify({ stream, version, ...others }),
    attributes: { ApproximateReceiveCount: String(receives) },
  }) as SQSRecord; // what a consumer reads of it

function consumerOf(world: World, around?: Around) {
  const back: [string, number][] = [];
  const { ports } = world.machine(around);
  const consume = processConsumer(booking, {
    ...ports,
    clock: () => world.time.now,
    comeBackAfter: async ({ messageId }, seconds) => void back.push([messageId, seconds]),
  });
  return {
    back,
    async run(...Records: SQSRecord[]) {
      const { batchItemFailures } = await consume({ Records } as SQSEvent);
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
  };
}

const note = (world: World, id: string, text: string) => world.machine().command(id, 'note', { texts: [text] });

describe('a process consumer', () => {
  it('carries out what a process has sent as soon as it has taken its event', async () => {
    const world = bookingWorld();
    await note(world, '1', '5');
    expect(await consumerOf(world).run(hint(tally('1'), 1))).toEqual([]);
    expect(await world.eventsOf(tally('target'))).toHaveLength(1);
    expect(await consumerOf(world).run(hint(process('1'), 2), hint(process('1'), 4))).toEqual([]);
    expect(await world.eventsOf(tally('target'))).toHaveLength(1);
  });

  it('acknowledges an event that is taken although its target does not answer: the message of the process comes back', async () => {
    const world = bookingWorld();
    await note(world, '1', '5');
    const down: Around = async ([part], proceed) => {
      if (part === 'send') throw new KitError('store-unavailable', 'on purpose', { retryable: true });
      return proceed();
    };
    const consumer = consumerOf(world, down);
    expect(await consumer.run(hint(tally('1'), 1))).toEqual([]);
    expect(await consumer.run(hint(process('1'), 2, 3))).toEqual(['booking-1@2']);
    expect(consumer.back).toEqual([['booking-1@2', 4]]);
    expect(await consumerOf(world).run(hint(process('1'), 2, 4))).toEqual([]);
    expect(await world.eventsOf(tally('target'))).toHaveLength(1);
  });

  it('parks a process whose command nobody has, after five receives, and others go on', async () => {
    const world = bookingWorld();
    await note(world, '1', 'nonsense');
    await note(world, '2', '5');
    const consumer = consumerOf(world);
    expect(await consumer.run(hint(tally('1'), 1), hint(tally('2'), 1))).toEqual([]);
    for (let receives = 1; receives < 5; receives += 1) {
      expect(await consumer.run(hint(process('1'), 2, receives))).toEqual(['booking-1@2']);
    }
    expect(await allParked(world.table)).toEqual([]);
    expect(await consumer.run(hint(process('1'), 2, 5))).toEqual([]);
    const [parked] = await allParked(world.table);
    expect(parked).toMatchObject({ stream: process('1'), version: 1 });
    expect(parked?.error).toContain('no-such-command');
    expect(await consumer.run(hint(process('1'), 2))).toEqual([]);
    expect(await world.eventsOf(tally('target'))).toHaveLength(1);
  });

  it('parks a source stream whose event no reaction takes, and takes it again when it is redriven', async () => {
    const world = bookingWorld();
    await note(world, '1', 'spoil');
    expect(await consumerOf(world).run(hint(tally('1'), 1, 5))).toEqual([]);
    expect(await allParked(world.table)).toMatchObject([{ stream: tally('1'), version: 1 }]);
    const parking = { table: world.table, clock: () => world.time.now };
    const again = () => world.machine().take(tally('1'));
    await expect(redriveStream(parking, { initialRow: null }, tally('1'), again)).rejects.toThrow('cannot be booked');
    expect(await allParked(world.table)).toMatchObject([{ stream: tally('1') }]);
  });

  it('lets the message of a deadline come back that is early by its own clock', async () => {
    const world = bookingWorld();
    await note(world, '1', 'wait');
    const consumer = consumerOf(world);
    await consumer.run(hint(tally('1'), 1));
    world.time.now = new Date(Date.parse(GIVE_UP_AT) - 10);
    const alarm = hint(process('1'), 2, 1, { notBefore: GIVE_UP_AT });
    expect(await consumer.run(alarm)).toEqual(['booking-1@2']);
    world.time.now = new Date(GIVE_UP_AT);
    expect(await consumer.run(alarm)).toEqual([]);
    expect((await world.eventsOf(tally('1'))).at(-1)).toEqual({ what: 'Noted', data: { text: 'late' } });
  });
});
