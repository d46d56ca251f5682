/** What becomes of a message that cannot be applied? */
import { describe, expect, it, vi } from 'vitest';
import { project, projectStream, type RowStore } from '#shared/projection/index.ts';
import { counted, journal, spoilt } from '../../support/tally.ts';
import { deliver, given, key, stream, watched } from './deliveries.ts';

describe('a message that cannot be applied', () => {
  it('takes the row no further than the log when it announces more, after one look', async () => {
    const { rows, store, messages } = await given([counted(1)], [counted(2)]);
    const onRead = vi.fn();
    const ports = { rows, store: watched(store, onRead) };
    expect(await projectStream(ports, journal, stream, Number.MAX_SAFE_INTEGER)).toBe(2);
    expect(onRead).toHaveBeenCalledTimes(1);
    expect(await projectStream(ports, journal, stream, 3)).toBe(2);
    expect(onRead).toHaveBeenCalledTimes(2);
    expect(await rows.read(key)).toEqual({ watermark: 2, row: project(journal, journal.initialRow, messages) });
  });

  it('leaves no row behind when its stream is empty', async () => {
    const { rows, store } = await given();
    expect(await projectStream({ rows, store }, journal, stream, 1)).toBe(0);
    expect(await rows.read(key)).toBeUndefined();
  });

  it('holds its stream at the version before it, whether it comes by message or is met in a gap', async () => {
    const { rows, store, messages } = await given([counted(1)], [spoilt], [counted(2)]);
    const [first, second, third] = messages;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three were recorded');
    await deliver({ rows, store }, first);
    await expect(deliver({ rows, store }, second)).rejects.toThrow('cannot be applied');
    await expect(deliver({ rows, store }, third)).rejects.toThrow('cannot be applied');
    expect(await rows.read(key)).toEqual({ watermark: 1, row: { sum: 1, versions: [1] } });
  });

  it('is refused, and its row named, when others write the row again and again without moving it on', async () => {
    const { store, messages } = await given([counted(1)]);
    const rows: RowStore = { read: async () => undefined, write: async () => false };
    await expect(deliver({ rows, store }, ...messages)).rejects.toThrow('v1#tally-1');
  });
});
