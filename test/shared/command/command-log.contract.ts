/** What every command log keeps to. */
import { describe, expect, it } from 'vitest';
import { type CommandEntry, type CommandLog, type Ending, KEPT_FOR_MS } from '#shared/command/index.ts';
import { tally } from '../../support/tally.ts';

const place = (number: number) => ({ message: `message-${number}`, sequence: String(number).padStart(39, '0') });

/** The acceptance that a queue has given this number, of a stream that no other test has. */
const accepted = (id: string, number: number): CommandEntry => ({
  stream: tally('1'),
  id,
  what: 'count',
  payloadHash: `hash-${number}`,
  acceptedAt: '2026-11-20T12:11:04.123Z',
  deduplicationId: `copy-${number}`,
  ...place(number),
});

const unchanged = (version: number): Ending => ({
  kind: 'handled',
  stream: tally('1'),
  outcome: { kind: 'unchanged', version },
});

export function commandLogContract(title: string, newLog: (clock: () => Date) => Promise<CommandLog>): void {
  describe(`A command log ${title}`, () => {
    const given = () => newLog(() => new Date('2026-11-20T12:11:05.000Z'));

    it('has what was written, under its stream and id, and nothing else', async () => {
      const log = await given();
      expect(await log.read(tally('1'), 'a')).toBeUndefined();
      const [a, b] = [accepted('a', 1), { ...accepted('b', 2), ending: unchanged(3) }];
      expect([await log.write(a), await log.write(b)]).toEqual([true, true]);
      expect([await log.read(tally('1'), 'a'), await log.read(tally('1'), 'b')]).toEqual([a, b]);
      expect(await log.read(tally('2'), 'a')).toBeUndefined();
    });

    it('ends an acceptance once', async () => {
      const log = await given();
      await log.write(accepted('a', 1));
      expect(await log.write({ ...accepted('a', 1), ending: unchanged(1) })).toBe(true);
      expect(await log.write({ ...accepted('a', 1), ending: unchanged(2) })).toBe(false);
      expect(await log.read(tally('1'), 'a')).toEqual({ ...accepted('a', 1), ending: unchanged(1) });
    });

    it('never lets an acceptance be pending again that has ended, also when its ending came first', async () => {
      const log = await given();
      expect(await log.write({ ...accepted('a', 1), ending: unchanged(1) })).toBe(true);
      expect(await log.write(accepted('a', 1))).toBe(false);
      expect(await log.read(tally('1'), 'a')).toMatchObject({ ending: unchanged(1) });
    });

    it.each(['pending', 'ended'])(
      'lets a later acceptance take the place of an earlier one that is %s',
      async (state) => {
        const log = await given();
        await log.write({ ...accepted('a', 1), ...(state === 'ended' && { ending: unchanged(1) }) });
        expect(await log.write(accepted('a', 2))).toBe(true);
        expect(await log.write({ ...accepted('a', 1), ending: unchanged(2) })).toBe(false);
        expect(await log.write(accepted('a', 1))).toBe(false);
        expect(await log.read(tally('1'), 'a')).toEqual(accepted('a', 2));
      },
    );

    it('knows an acceptance by its message when that has lost its place in the order', async () => {
      const log = await given();
      const lost = (number: number): CommandEntry => ({ ...accepted('a', number), sequence: '', ending: unchanged(9) });
      await log.write(accepted('a', 1));
      expect(await log.write(lost(2))).toBe(false);
      expect(await log.write(lost(1))).toBe(true);
      expect(await log.write(lost(1))).toBe(false);
      expect(await log.write(accepted('a', 3))).toBe(true);
    });

    it('lets one of many that write the same ending at once do it', async () => {
      const log = await given();
      await log.write(accepted('a', 1));
      const writes = Array.from({ length: 8 }, (_, n) => log.write({ ...accepted('a', 1), ending: unchanged(n) }));
      expect((await Promise.all(writes)).filter((written) => written)).toHaveLength(1);
    });

    it('keeps the answer of a commit of ten thousand events', async () => {
      const log = await given();
      const events = Array.from({ length: 10_000 }, (_, index) => ({
        id: `01a1ff5d-4396-7211-b3f5-${String(index).padStart(12, '0')}`,
        what: 'Noted',
        version: index + 1,
      }));
      const outcome = { kind: 'recorded', version: 10_000, events, replayed: false } as const;
      const entry = { ...accepted('a', 1), ending: { kind: 'handled', stream: tally('1'), outcome } } as const;
      await log.write(entry);
      expect(await log.read(tally('1'), 'a')).toEqual(entry);
    });

    it('has nothing of an entry after seven days, whether it has been deleted or not', async () => {
      let now = Date.parse('2026-11-20T12:11:05.000Z');
      const log = await newLog(() => new Date(now));
      await log.write(accepted('a', 1));
      now += KEPT_FOR_MS - 1_000;
      expect(await log.read(tally('1'), 'a')).toEqual(accepted('a', 1));
      now += 1_000;
      expect(await log.read(tally('1'), 'a')).toBeUndefined();
      expect(await log.write(accepted('a', 2))).toBe(true);
      expect(await log.read(tally('1'), 'a')).toEqual(accepted('a', 2));
    });
  });
}
